using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>A model of a table's rows: encodes single rows, and gives values back in their own units. Any number of threads may
/// use it at once.</summary>
internal sealed class RowModel
{
    private readonly ActivationsPool<float> _pool;
    private readonly SampleGate _gate;
    private readonly FeatureScaling _scaling;

    /// <summary>Makes it from a model of columns.</summary>
    /// <param name="network">The network, whose product runs on one thread.</param>
    /// <param name="schema">The schema, scaled by kind.</param>
    public RowModel(VariationalAutoencoder<float> network, TableSchema schema)
    {
        (Network, Schema) = (network, schema);
        Likelihood = (TableLikelihood<float>)network.Likelihood;
        Result = new ResultRows(schema);
        var preparation = schema.ToPreparation();
        _scaling = preparation.Arithmetic;
        _pool = new ActivationsPool<float>(network.Options);
        _gate = new SampleGate(network.Options, preparation, seed: 0, Purpose.EvaluationPixels);
    }

    /// <summary>The network.</summary>
    public VariationalAutoencoder<float> Network { get; }

    /// <summary>The likelihood of a row.</summary>
    public TableLikelihood<float> Likelihood { get; }

    /// <summary>The schema.</summary>
    public TableSchema Schema { get; }

    /// <summary>The layout of results.</summary>
    public ResultRows Result { get; }

    /// <summary>The number of features.</summary>
    public int Features => Network.Options.Features;

    /// <summary>The number of latents.</summary>
    public int Latent => Network.Options.Latent;

    /// <summary>Takes activations that nobody uses; disposing of them gives them back.</summary>
    public ActivationsSet<float> Rent() => _pool.Rent();

    /// <summary>Encodes a row.</summary>
    /// <param name="values">The value of each feature in its own units; NaN for a missing one.</param>
    /// <param name="set">The activations to use.</param>
    /// <returns>The activations of one row with mask, mean and log-variance; valid until those of one sample and one draw are
    /// used again.</returns>
    public Activations<float> Encode(ReadOnlySpan<double> values, ActivationsSet<float> set)
    {
        var a = set.For(samples: 1, draws: 1);
        _gate.Read(values, label: null, a);
        Network.Encode(a);
        return a;
    }

    /// <summary>Converts values from the likelihood's units to their own.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="coded">A value for each feature: standardised numbers, logarithms, counts, places of levels.</param>
    /// <param name="own">As many numbers; overwritten.</param>
    public void ToOwnUnits<T>(ReadOnlySpan<T> coded, Span<double> own)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => _scaling.InverseTransform(coded, own);

    /// <summary>The uniform numbers that draw the texts of pooled levels.</summary>
    /// <param name="draws">The stream.</param>
    /// <param name="number">The number of the drawn row.</param>
    /// <param name="pooled">A number for each feature; overwritten.</param>
    public static void FillPooled(RandomDraws draws, long number, Span<double> pooled)
    {
        for (var i = 0; i < pooled.Length; i++)
        {
            pooled[i] = draws.Uniform((number * pooled.Length) + i);
        }
    }
}
