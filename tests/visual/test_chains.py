"""Signals through many layers: what is drawn of them, what cannot be drawn, and the explorer's tasks."""

import numpy as np
import pytest

from learnkit.visual import draw_chain, draw_layer_histograms, draw_signal_sizes, explore_chain
from learnkit.visual.chains import DEFAULT_GAIN, chain_sizes, spans


def test_a_linear_chain_of_gain_2_doubles_the_signal_and_the_gradient_at_each_layer() -> None:
    table = draw_chain(2.0, 10, "linear").data_table
    # 2⁹ = 512, apart from the luck of the draw
    assert table["forward factor"] == pytest.approx(2, rel=0.02)
    assert table["backward factor"] == pytest.approx(2, rel=0.02)
    assert table["forward"][-1] / table["forward"][0] == pytest.approx(512, rel=0.2)


def test_the_gradient_is_that_of_the_chain() -> None:
    # the sum of outputs · g along the first layer's outputs, by the central difference of a small step
    from learnkit.visual import chains

    weights, signal, gradient = chains._drawn()
    gain, depth = 1.3, 4
    first = np.tanh(signal @ (gain * weights[0]).T)

    def rest(outputs: np.ndarray) -> float:
        for weight in weights[1:depth]:
            outputs = np.tanh(outputs @ (gain * weight).T)
        return float((outputs * gradient).sum())

    along = np.random.default_rng(1).standard_normal(first.shape)
    slope = (rest(first + 1e-6 * along) - rest(first - 1e-6 * along)) / 2e-6
    sums, outputs = [], first
    for weight in weights[1:depth]:
        sums.append(outputs @ (gain * weight).T)
        outputs = np.tanh(sums[-1])
    back = gradient
    for weight, z in zip(weights[1:depth][::-1], sums[::-1], strict=True):
        back = (back * (1 - np.tanh(z) ** 2)) @ (gain * weight)
    assert (back * along).sum() == pytest.approx(slope, rel=1e-5)
    assert chain_sizes(gain, depth, "tanh")[1][0] == pytest.approx(back.std(), rel=1e-12)


def test_relu_takes_the_root_of_a_half_from_the_size() -> None:
    table = draw_chain(1.0, 50, "ReLU").data_table
    assert table["forward factor"] == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert table["backward factor"] == pytest.approx(1 / np.sqrt(2), rel=0.02)


def test_the_default_keeps_041_of_the_size_at_a_relu_layer() -> None:
    table = draw_chain(1.0, 20, "ReLU", default=True).data_table
    forward = table["forward by default"]
    assert (forward[-1] / forward[0]) ** (1 / 19) == pytest.approx(DEFAULT_GAIN / np.sqrt(2), rel=0.02)
    assert pytest.approx(0.408, abs=0.001) == DEFAULT_GAIN / np.sqrt(2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 10, "ReLU"), r"gain must be from 0.01 to 10; got 0.0"),
        ((1.0, 1, "ReLU"), r"depth must be from 2 to 50 layers; got 1"),
        ((1.0, 51, "ReLU"), r"depth must be from 2 to 50 layers; got 51"),
        ((1.0, 10, "relu"), r"activation must be one of linear, tanh, ReLU; got 'relu'"),
    ],
)
def test_settings_out_of_range_are_refused(arguments: tuple[float, int, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_chain(*arguments)


def test_a_size_of_0_is_a_gap_and_is_said() -> None:
    figure = draw_signal_sizes({"a": [1.0, 0.0, np.inf]}, {"a": [0.5, 1.0, 1.0]})
    line = figure.axes[0].lines[0].get_ydata()
    assert np.isnan(np.asarray(line)[1:]).all()
    assert "a from 1 to inf (2 of them 0, infinite or NaN)" in figure.alt_text


def test_names_and_lengths_must_agree_and_sizes_have_no_sign() -> None:
    with pytest.raises(ValueError, match="the same names in the same order"):
        draw_signal_sizes({"a": [1.0]}, {"b": [1.0]})
    with pytest.raises(ValueError, match=r"one size for each layer; got lengths \[1, 2\]"):
        draw_signal_sizes({"a": [1.0]}, {"a": [1.0, 2.0]})
    with pytest.raises(ValueError, match="a must be sizes, 0 or more; got −1"):
        draw_signal_sizes({"a": [-1.0]}, {"a": [1.0]})


def test_the_shares_of_a_layer_add_up_to_1_and_what_is_outside_counts_at_the_border() -> None:
    shares = draw_layer_histograms({"a": [[-5.0, 5.0, 5.0, 0.0]]}, y_label="output").data_table["a"]
    assert shares.shape == (1, 41)
    assert shares.sum() == 1
    assert (shares[0, 0], shares[0, 20], shares[0, -1]) == (0.25, 0.25, 0.5)


def test_what_has_no_histogram_is_refused() -> None:
    with pytest.raises(ValueError, match="must have finite values"):
        draw_layer_histograms({"a": [[np.nan]]}, y_label="output")
    with pytest.raises(ValueError, match="limits must rise"):
        draw_layer_histograms({"a": [[0.0]]}, y_label="output", limits=(1.0, 1.0))
    with pytest.raises(ValueError, match="room for six networks; got 7"):
        draw_layer_histograms({str(k): [[0.0]] for k in range(7)}, y_label="output")


# The explorer's tasks: their answers are read off the numbers of the figure


def test_both_lines_are_flat_near_the_root_of_2_with_relu_and_nowhere_else() -> None:
    flat = []
    for step in range(55):
        gain = round(0.3 + 0.05 * step, 2)
        explorer = explore_chain()
        explorer.set(activation="ReLU", depth=50, gain=gain)
        flat += [gain] * explorer.tasks[0].reached
    assert flat == [1.4, 1.45]
    assert abs(np.mean(flat) - np.sqrt(2)) < 0.05


def test_the_first_task_is_not_reached_with_fewer_layers_or_without_an_activation() -> None:
    explorer = explore_chain()
    explorer.set(activation="ReLU", gain=1.4, depth=40)
    explorer.set(activation="linear", gain=1.0, depth=50)
    assert not explorer.tasks[0].reached


def test_the_factor_of_a_relu_layer_at_gain_1_is_the_right_answer_of_the_first_task() -> None:
    explorer = explore_chain()
    explorer.set(activation="ReLU", depth=50, gain=1.4)
    (first, _) = explorer.tasks
    explorer.set(gain=1.0)
    assert first.task.right == f"about {1 / np.sqrt(2):.2f}"
    assert explorer.data_table["forward factor"] == pytest.approx(1 / np.sqrt(2), rel=0.02)
    assert not first.done
    first.answer("1")
    assert not first.done
    first.answer(first.task.right)
    assert first.done


def test_wide_weights_under_tanh_keep_the_signal_and_not_the_gradient() -> None:
    explorer = explore_chain()
    explorer.set(activation="tanh", depth=50, gain=1.5)
    assert not explorer.tasks[1].reached
    explorer.set(gain=3.0)
    signal, gradient = spans(explorer.data_table)
    assert 0.5 <= signal <= 2
    assert gradient > 1e6
    assert explorer.tasks[1].reached
    # Why: without the bounds of tanh the signal goes where the gradient goes.
    explorer.set(activation="linear")
    assert spans(explorer.data_table)[0] > 1e20
    assert explorer.tasks[1].task.right == "tanh holds its outputs between −1 and 1"
