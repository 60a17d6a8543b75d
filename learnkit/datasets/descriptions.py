"""What each data set is, as data: what a row and a column mean, in which units, whose it is and under which terms.

`describe` is for a person who meets a set; ``learnkit data list`` prints the same.
"""

from dataclasses import dataclass

CHEMISTRY = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
)
NUCLEUS = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")

SCIKIT_LEARN = "comes with scikit-learn"
DOWNLOADED = "downloaded"


@dataclass(frozen=True)
class Description:
    """One data set.

    Attributes
    ----------
    name : str
        The function of `learnkit.datasets` that returns it.
    title : str
    shape : str
    features : tuple of str
        The columns in order; empty for images and text.
    units : str
        What a value measures.
    classes : tuple of str
        What the labels 0, 1, … mean; empty without classes.
    origin : str
        Who brings it to this machine.
    license : str
    source : str
    """

    name: str
    title: str
    shape: str
    features: tuple[str, ...]
    units: str
    classes: tuple[str, ...]
    origin: str
    license: str
    source: str


DESCRIPTIONS = (
    Description(
        name="digits",
        title="1,797 handwritten digits, 8 × 8",
        shape="1,797 × 64",
        features=(),
        units="ink, from 0 to 1 in sixteenths",
        classes=tuple("0123456789"),
        origin=SCIKIT_LEARN,
        license="CC BY 4.0",
        source="Alpaydin & Kaynak 1998, Optical recognition of handwritten digits, UCI Machine Learning Repository (its testing part)",
    ),
    Description(
        name="iris",
        title="150 irises of three kinds",
        shape="150 × 4",
        features=("sepal length", "sepal width", "petal length", "petal width"),
        units="cm",
        classes=("setosa", "versicolor", "virginica"),
        origin=SCIKIT_LEARN,
        license="CC BY 4.0",
        source="Fisher 1936, The use of multiple measurements in taxonomic problems",
    ),
    Description(
        name="wine",
        title="178 wines of three growers",
        shape="178 × 13",
        features=CHEMISTRY,
        units="one of its own for each column, from 0.13 to 1,680; the source does not name them all",
        classes=("grower 0", "grower 1", "grower 2"),
        origin=SCIKIT_LEARN,
        license="CC BY 4.0",
        source="Forina et al. 1991, PARVUS; Aeberhard & Forina, Wine, UCI Machine Learning Repository",
    ),
    Description(
        name="breast_cancer",
        title="569 breast tumors, their nuclei",
        shape="569 × 30",
        features=tuple(f"{kind}{name}{tail}" for kind, tail in (("mean ", ""), ("", " error"), ("worst ", "")) for name in NUCLEUS),
        units="lengths and areas in a unit that the source does not name, and ratios of them, from 0 to 4,254",
        classes=("benign", "malignant"),
        origin=SCIKIT_LEARN,
        license="CC BY 4.0",
        source="Street, Wolberg & Mangasarian 1993, Nuclear feature extraction for breast tumor diagnosis (Wisconsin, diagnostic)",
    ),
    Description(
        name="diabetes",
        title="442 patients, their diabetes a year later",
        shape="442 × 10",
        features=("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
        units=(
            "age in years, sex 1 or 2, body mass index in kg/m², blood pressure in mm Hg, six blood values (s1 cholesterol, s2 LDL, "
            "s3 HDL, s4 s1 / s3, s5 logarithm of triglycerides, s6 glucose); the target has a scale of its own, 25 to 346"
        ),
        classes=(),
        origin=SCIKIT_LEARN,
        license="not stated",
        source="Efron, Hastie, Johnstone & Tibshirani 2004, Least angle regression",
    ),
    Description(
        name="photograph",
        title="two photographs in color",
        shape="427 × 640 × 3",
        features=(),
        units="red, green, blue, from 0 to 255",
        classes=(),
        origin=SCIKIT_LEARN,
        license="CC BY 2.0",
        source="china: danielbuechele, flower: vultilion, both on Flickr",
    ),
    Description(
        name="fashion_mnist",
        title="70,000 pictures of clothes, 28 × 28",
        shape="60,000 × 28 × 28, and 10,000 to test",
        features=(),
        units="gray, from 0 to 255",
        classes=CLOTHES,
        origin=DOWNLOADED,
        license="MIT",
        source="Xiao, Rasul & Vollgraf 2017, Fashion-MNIST; (c) 2017 Zalando SE",
    ),
    Description(
        name="names",
        title="32,033 given names",
        shape="32,033 names",
        features=(),
        units="letters a to z",
        classes=(),
        origin=DOWNLOADED,
        license="MIT",
        source="Karpathy 2022, makemore; public records of the US Social Security Administration",
    ),
    Description(
        name="tiny_shakespeare",
        title="speeches from Shakespeare's plays",
        shape="1,115,394 characters",
        features=(),
        units="characters, 65 different ones",
        classes=(),
        origin=DOWNLOADED,
        license="public domain",
        source="Karpathy 2015, char-rnn",
    ),
)


def describe(name: str) -> Description:
    """Return what a data set is.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists them.

    Examples
    --------
    >>> describe("iris").features
    ('sepal length', 'sepal width', 'petal length', 'petal width')
    >>> describe("fashion_mnist").classes[9]
    'Ankle boot'
    """
    for description in DESCRIPTIONS:
        if description.name == name:
            return description
    raise ValueError(f"name must be one of {', '.join(description.name for description in DESCRIPTIONS)}; got {name!r}.")
