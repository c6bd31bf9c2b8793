using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>One matrix product of a training step, with factors of its own.</summary>
internal sealed class StepProduct
{
    private readonly Matrix<float> _left, _right, _result;
    private readonly Transposed _transposed;

    private StepProduct(string name, int rows, int inner, int columns, Transposed transposed, int count = 1)
    {
        (Name, _transposed, Count) = (name, transposed, count);
        (Rows, Inner, Columns) = (rows, inner, columns);
        _left = (transposed & Transposed.Left) != 0 ? Random(inner, rows) : Random(rows, inner);
        _right = (transposed & Transposed.Right) != 0 ? Random(columns, inner) : Random(inner, columns);
        _result = Matrix<float>.Build.Dense(rows, columns);
    }

    /// <summary>The formula and the sizes, such as <c>Y = W X 400x784x128</c>.</summary>
    public string Name { get; }

    /// <summary>The number of times that a step computes it.</summary>
    public int Count { get; }

    public int Rows { get; }

    public int Inner { get; }

    public int Columns { get; }

    /// <summary>Multiplications and additions.</summary>
    public double Operations => 2.0 * Rows * Inner * Columns;

    /// <summary>The products of a step of a net with these layers; the two heads stacked into one product, the least that a
    /// library can do with, or apart as our layers compute them.</summary>
    public static StepProduct[] Of(int[] hidden, int latent, int samples, bool stacked)
    {
        int[] encoder = [784, .. hidden], decoder = [latent, .. hidden.Reverse(), 784];
        var (heads, head) = stacked ? (1, 2 * latent) : (2, latent);
        var products = new List<StepProduct>();
        for (var i = 1; i < encoder.Length; i++)
        {
            AddLayer(products, encoder[i - 1], encoder[i], samples, isFirst: i == 1, 1);
        }

        AddLayer(products, encoder[^1], head, samples, isFirst: false, heads);
        for (var i = 1; i < decoder.Length; i++)
        {
            AddLayer(products, decoder[i - 1], decoder[i], samples, isFirst: false, 1);
        }

        return [.. products];
    }

    /// <summary>A product of any sizes, nothing transposed.</summary>
    public static StepProduct Plain(int rows, int inner, int columns)
        => new($"{rows}x{inner}x{columns}", rows, inner, columns, Transposed.Neither);

    /// <summary>Multiplications and additions of all products of a step.</summary>
    public static double OperationsOf(int[] hidden, int latent, int samples)
    {
        int[] encoder = [784, .. hidden, 2 * latent], decoder = [latent, .. hidden.Reverse(), 784];
        double Weights(int[] sizes) => sizes.Zip(sizes.Skip(1), (a, b) => (double)a * b).Sum();
        var weights = Weights(encoder) + Weights(decoder);
        return 2 * samples * ((3 * weights) - (encoder[0] * encoder[1])); // three products a layer, two in the first
    }

    public void Do(IMatrixProduct<float> product) => product.Multiply(_left, _right, _result, _transposed);

    private static void AddLayer(List<StepProduct> products, int inputs, int outputs, int samples, bool isFirst, int count)
    {
        products.Add(new($"Y = W X      {outputs}x{inputs}x{samples}", outputs, inputs, samples, Transposed.Neither, count));
        products.Add(new($"dW = dY X^T  {outputs}x{samples}x{inputs}", outputs, samples, inputs, Transposed.Right, count));
        if (!isFirst)
        {
            products.Add(new($"dX = W^T dY  {inputs}x{outputs}x{samples}", inputs, outputs, samples, Transposed.Left, count));
        }
    }

    private static Matrix<float> Random(int rows, int columns)
    {
        var matrix = Matrix<float>.Build.Dense(rows, columns);
        new RandomDraws(1, 0, (ulong)(rows * columns)).FillNormal(matrix.AsSpan());
        return matrix;
    }
}
