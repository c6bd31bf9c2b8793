using System.Numerics;

namespace Vae.Math;

/// <summary>The distribution of a fully connected layer's parameters before training.</summary>
public enum Initialisation
{
    /// <summary>As PyTorch's <c>nn.Linear</c>: weight and bias uniform between plus and minus 1 / sqrt(inputs).</summary>
    PyTorchUniform,

    /// <summary>He et al. 2015, for ReLU: weight from N(0, 2 / inputs), bias 0.</summary>
    He,

    /// <summary>Glorot and Bengio 2010: weight uniform between plus and minus sqrt(6 / (inputs + outputs)), bias 0.</summary>
    Glorot,
}

/// <summary>Fills a layer with draws from an <see cref="Initialisation"/>.</summary>
internal static class LayerInitialisation
{
    /// <summary>Draws the weight and the bias of a layer for <see cref="Dense{T}.Initialise"/>.</summary>
    public static void Fill<T>(Dense<T> dense, Initialisation how, ulong seed, uint purpose, int layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weight = dense.Weight.Value.AsSpan();
        var bias = dense.Bias.Value.AsSpan();
        var weightDraws = new RandomDraws(seed, purpose, (ulong)layer * 2);
        var biasDraws = new RandomDraws(seed, purpose, ((ulong)layer * 2) + 1);
        switch (how)
        {
            case Initialisation.PyTorchUniform:
                var bound = 1 / double.Sqrt(dense.Inputs);
                weightDraws.FillUniform(weight, -bound, bound);
                biasDraws.FillUniform(bias, -bound, bound);
                break;
            case Initialisation.He:
                weightDraws.FillNormal(weight);
                Scale(weight, double.Sqrt(2.0 / dense.Inputs));
                bias.Clear();
                break;
            case Initialisation.Glorot:
                var limit = double.Sqrt(6.0 / (dense.Inputs + dense.Outputs));
                weightDraws.FillUniform(weight, -limit, limit);
                bias.Clear();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, "There is no such initialisation.");
        }
    }

    private static void Scale<T>(Span<T> values, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref var value in values)
        {
            value = T.CreateTruncating(double.CreateTruncating(value) * factor);
        }
    }
}
