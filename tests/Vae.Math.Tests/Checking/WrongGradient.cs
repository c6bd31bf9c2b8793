using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>A gradient that is wrong in one of the usual ways. The loss is <c>sum p sin(w)</c>, whose gradient <c>p cos(w)</c>
/// has nothing to do with the value; each p is from 0.5 to 1.5, each w from -1 to 1, so that no entry is next to
/// nothing.</summary>
/// <param name="Pattern">The diagnosis.</param>
/// <param name="Says">Words that it must hold, amounts among them.</param>
/// <param name="Check">Runs the check of the wrong backward pass.</param>
internal sealed record WrongGradient(GradientPattern Pattern, string Says, Func<GradientReport> Check)
{
    public const int Rows = 4;
    public const int Columns = 3;

    public static IReadOnlyList<WrongGradient> All =>
    [
        new(
            GradientPattern.NotFinite,
            "2 of 12 entries are NaN or infinite, the first at [1, 0]",
            () => Of(w => (w.Gradient[1, 0], w.Gradient[3, 2]) = (double.NaN, double.NegativeInfinity))),
        new(GradientPattern.LossNotFinite, "where [0, 0] is moved by 0.002 or less", () => AtTheEndOfARoot(0.001)),
        new(GradientPattern.Corner, "its slope is 0 from the left and 3 from the right", () => AtACorner(0)),
        new(GradientPattern.Accumulates, "= instead of +=", () => Added(stale: 0.5)),
        new(GradientPattern.NotWritten, "leaves the gradient as it was", () => Untouched(stale: 0.25)),
        new(GradientPattern.NotWritten, "never computed, or is written to another matrix", () => Untouched(stale: 0)),
        new(GradientPattern.Zero, "The gradient is 0 everywhere", () => Of(w => w.Gradient.Clear())),
        new(GradientPattern.SignFlipped, "Every entry has the wrong sign", () => Of(w => Change(w, (g, _) => -g))),
        new(
            GradientPattern.Factor,
            "2 times what it should be: usually the 2 of a square",
            () => Of(w => Change(w, (g, _) => 2 * g))),
        new(
            GradientPattern.Factor,
            "0.5 times what it should be: usually the 2 of a square's derivative is missing",
            () => Of(w => Change(w, (g, _) => g / 2))),
        new(
            GradientPattern.Factor,
            "5 times what it should be: the batch has 5 samples",
            () => Of(w => Change(w, (g, _) => 5 * g), samples: 5)),
        new(
            GradientPattern.Factor,
            "0.2 times what it should be: the batch has 5 samples, so usually the gradient is averaged twice",
            () => Of(w => Change(w, (g, _) => g / 5), samples: 5)),
        new(
            GradientPattern.Factor,
            "7 times what it should be: usually a sum over so many",
            () => Of(w => Change(w, (g, _) => 7 * g), samples: 5)),
        new(
            GradientPattern.Factor,
            "0.142857 times what it should be: usually divided once too often",
            () => Of(w => Change(w, (g, _) => g / 7))),
        new(
            GradientPattern.Factor,
            "-2 times what it should be: the sign is flipped, and usually the 2",
            () => Of(w => Change(w, (g, _) => -2 * g))),
        new(
            GradientPattern.Factor,
            "1.3 times what it should be: usually a constant",
            () => Of(w => Change(w, (g, _) => 1.3 * g))),
        new(
            GradientPattern.Transposed,
            "the transposed of what it should be",
            () => Of(w => w.Gradient.Transpose().CopyTo(w.Gradient), rows: 3)),
        new(
            GradientPattern.Transposed,
            "row by row in memory",
            () => Of(w => w.Gradient.ToRowMajorArray().CopyTo(w.Gradient.AsSpan()))),
        new(
            GradientPattern.Transposed,
            "Read row by row",
            () => Of(w => Matrix<double>.Build.DenseOfRowMajor(Rows, Columns, w.Gradient.AsSpan().ToArray()).CopyTo(w.Gradient))),
        new(GradientPattern.OneEntry, "Only [2, 1] is wrong of 12 entries", () => Of(w => w.Gradient[2, 1] += 0.1)),
        new(
            GradientPattern.SomeRows,
            "Only row 3 of 4, the last is wrong, throughout: usually the bound of a loop, or the remainder of a block. "
            + "There it is 0.",
            () => Of(w => w.Gradient.ClearRow(Rows - 1))),
        new(GradientPattern.SomeRows, "There it is never written.", () => WithoutItsLastRow()),
        new(
            GradientPattern.SomeRows,
            "Only rows 0, 2 of 4 are wrong, throughout: usually a mask",
            () => Of(w => w.Gradient.ClearRows([0, 2]))),
        new(
            GradientPattern.SomeColumns,
            "Only columns 1, 2 of 3, the last ones are wrong",
            () => Of(w => w.Gradient.ClearColumns(1, 2))),
        new(
            GradientPattern.SomeColumns,
            "There it is -1 times what it should be.",
            () => Of(w => w.Gradient.SetColumn(0, -w.Gradient.Column(0)))),
        new(
            GradientPattern.None,
            "12 of 12 entries are wrong, 2 to 5 times what they should be",
            () => Of(w => w.Gradient.MapIndexedInplace((row, _, g) => (row + 2) * g))),
        new(GradientPattern.Offset, "off by -0.25, the same number everywhere", () => Of(w => Change(w, (g, _) => g - 0.25))),
        new(
            GradientPattern.ValueTerm,
            "off by -0.01 times the parameter's own value",
            () => Of(w => Change(w, (g, value) => g - (0.01 * value)))),
        new(
            GradientPattern.LogVarianceTerm,
            "off by -0.5 times exp(value) - 1",
            () => Of(w => Change(w, (g, value) => g - ((double.Exp(value) - 1) / 2)))),
        new(GradientPattern.NotRepeatable, "A second run of the backward pass gives another gradient", () => Drawn()),
        new(
            GradientPattern.None,
            "No usual pattern fits them all",
            () => Of(w => Some.Matrix(Rows, Columns, seed: 9).CopyTo(w.Gradient))),
    ];

    /// <summary>Checks <c>sum p sin(w)</c>, after whose right backward pass a mistake is made.</summary>
    public static GradientReport Of(
        Action<Parameter<double>> mistake, int rows = Rows, int columns = Columns, int samples = 0, int seed = 1)
    {
        var w = Some.Parameter("w", rows, columns, seed);
        var p = Some.Matrix(rows, columns, seed + 1, low: 0.5, high: 1.5);
        return GradientCheck.Run(
            () => Some.Inner(p, w.Value.PointwiseSin()),
            () =>
            {
                p.PointwiseMultiply(w.Value.PointwiseCos(), w.Gradient);
                mistake(w);
            },
            [w],
            samples);
    }

    /// <summary>The right gradient of 1/2 |w|^2, added to the existing one.</summary>
    public static GradientReport Added(double stale)
    {
        var w = Some.Parameter("w", Rows, Columns, seed: 1);
        w.Gradient.AsSpan().Fill(stale);
        return GradientCheck.Run(() => Some.Inner(w.Value, w.Value) / 2, () => w.Gradient.Add(w.Value, w.Gradient), [w]);
    }

    /// <summary>No gradient at all of 1/2 |w|^2.</summary>
    public static GradientReport Untouched(double stale)
    {
        var w = Some.Parameter("w", Rows, Columns, seed: 1);
        w.Gradient.AsSpan().Fill(stale);
        return GradientCheck.Run(() => Some.Inner(w.Value, w.Value) / 2, () => { }, [w]);
    }

    /// <summary>The right gradient of 1/2 |w|^2, but for a last row that no loop reaches.</summary>
    public static GradientReport WithoutItsLastRow()
    {
        var w = Some.Parameter("w", Rows, Columns, seed: 1);
        return GradientCheck.Run(
            () => Some.Inner(w.Value, w.Value) / 2,
            () => w.Gradient.SetSubMatrix(0, 0, w.Value.SubMatrix(0, Rows - 1, 0, Columns)),
            [w]);
    }

    /// <summary>A rectifier with slope 3, whose derivative at its corner is taken for 0.</summary>
    public static GradientReport AtACorner(double value)
    {
        var w = new Parameter<double>("w", 1, 1);
        w.Value[0, 0] = value;
        return GradientCheck.Run(() => 3 * double.Max(w.Value[0, 0], 0), () => w.Gradient[0, 0] = 0, [w]);
    }

    private static GradientReport AtTheEndOfARoot(double value)
    {
        var w = new Parameter<double>("w", 1, 1);
        w.Value[0, 0] = value;
        return GradientCheck.Run(() => double.Sqrt(w.Value[0, 0]), () => w.Gradient[0, 0] = 0.5 / double.Sqrt(value), [w]);
    }

    private static GradientReport Drawn()
    {
        var random = new Random(1);
        return Of(w => Change(w, (g, _) => g + random.NextDouble()));
    }

    private static void Change(Parameter<double> w, Func<double, double, double> change)
        => w.Gradient.Map2(change, w.Value, w.Gradient);
}
