using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// A bound on log p(x). It computes the loss from the draws' reconstruction errors and the
/// posterior, and the gradient of that loss.
/// </summary>
/// <remarks>
/// Each bound is a class in a file of its own and an entry of <see cref="All"/>; docs/extending.md shows how to add one. A
/// backward pass calls a bound three times, in this order: for the weight of each draw's reconstruction error
/// (<see cref="Backward"/>), for its own gradient of z (<see cref="BackwardToLatent"/>), and for its own gradient of the
/// posterior (<see cref="BackwardToPosterior"/>).
/// </remarks>
[JsonConverter(typeof(BoundJson))]
public abstract class Bound
{
    internal Bound()
    {
    }

    /// <summary>The ELBO with the KL divergence in closed form; the reconstruction error is averaged over the draws.</summary>
    public static Bound Elbo { get; } = new Elbo();

    /// <summary>The importance-weighted bound (IWAE) with its plain gradient.</summary>
    public static Bound ImportanceWeighted { get; } = new ImportanceWeighted();

    /// <summary>The importance-weighted bound with the encoder's gradient doubly reparameterised (DReG): the same gradient on
    /// average, with less variance.</summary>
    public static Bound DoublyReparameterised { get; } = new DoublyReparameterised();

    /// <summary>Every bound that a file may name.</summary>
    internal static IReadOnlyList<Bound> All { get; } = [Elbo, ImportanceWeighted, DoublyReparameterised];

    /// <summary>The name in files, such as <c>Elbo</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Finds a bound by its name, in upper or lower case; null if there is no such bound.</summary>
    internal static Bound? Find(string? name)
        => All.FirstOrDefault(bound => string.Equals(bound.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether every draw has the same weight, 1 / draws, whatever the forward pass finds. The likelihood can then
    /// compute its loss and gradient in one pass.
    /// </summary>
    internal virtual bool WeighsDrawsAlike => false;

    /// <summary>The bound's name.</summary>
    public override string ToString() => Name;

    /// <summary>Refuses weights that this bound cannot be combined with.</summary>
    /// <param name="weights">The weights of the objective.</param>
    /// <exception cref="ArgumentException">Two options do not go together; the message names them.</exception>
    internal abstract void Require(in ObjectiveWeights weights);

    /// <summary>The loss as a formula.</summary>
    /// <param name="weights">The weights of the objective.</param>
    /// <param name="draws">Draws for each sample.</param>
    internal abstract string Formula(in ObjectiveWeights weights, int draws);

    /// <summary>Computes the objective of a batch.</summary>
    /// <param name="q">Mean, log-variance, noise, latent and the draws' reconstruction errors filled in;
    /// the bound's own terms overwritten.</param>
    /// <param name="weights">The weights of the objective.</param>
    /// <param name="reconstruction">The mean of the reconstruction errors, nats per sample.</param>
    /// <param name="warmUp">The share of the KL weight that is in force.</param>
    internal Objective Forward<T>(Posterior<T> q, in ObjectiveWeights weights, double reconstruction, double warmUp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kl = GaussianKl.Forward(q.Mean, q.LogVariance, q.Kl);
        var bound = Measure(q, weights, warmUp);
        return Combine(q.MeanWeights(weights), warmUp, reconstruction, kl, bound, q.KlPerLatent);
    }

    /// <summary>Makes the objective from mean terms: the means over a batch or over a whole data set.</summary>
    /// <param name="weights">The weights of the objective.</param>
    /// <param name="warmUp">The share of the KL weight that is in force.</param>
    /// <param name="reconstruction">The mean reconstruction error, nats per sample.</param>
    /// <param name="kl">The mean KL divergence, nats per sample.</param>
    /// <param name="bound">The mean of <see cref="Posterior{T}.Bounds"/>, which <see cref="Measure"/> fills in.</param>
    /// <param name="klPerLatent">The mean KL divergence of each latent, nats.</param>
    internal Objective Combine(
        in ObjectiveWeights weights,
        double warmUp,
        double reconstruction,
        double kl,
        double bound,
        ReadOnlySpan<double> klPerLatent)
        => new(reconstruction, kl, warmUp * weights.KlWeight)
        {
            Loss = Loss(weights, warmUp, reconstruction, kl, bound, klPerLatent),
            NegativeElbo = weights.NegativeElbo(reconstruction, kl),
        };

    /// <summary>
    /// Computes the terms that the bound needs besides reconstruction and KL divergence, and stores them in <paramref name="q"/>.
    /// </summary>
    /// <returns>The mean of the bound over the samples; 0 for the ELBO, whose loss is made of the other terms.</returns>
    internal abstract double Measure<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Computes the loss from mean terms, the arguments of <see cref="Combine"/>.</summary>
    internal abstract double Loss(
        in ObjectiveWeights weights,
        double warmUp,
        double reconstruction,
        double kl,
        double bound,
        ReadOnlySpan<double> klPerLatent);

    /// <summary>Computes the gradient of the loss with respect to each draw's reconstruction error.</summary>
    /// <returns>A weight for each draw; empty if all have the weight 1 / draws.</returns>
    internal abstract ReadOnlySpan<double> Backward<T>(Posterior<T> q, in ObjectiveWeights weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Adds the bound's own gradient of z to the likelihood's, in <see cref="Posterior{T}.LatentGradient"/>.</summary>
    internal virtual void BackwardToLatent<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
    }

    /// <summary>Adds the bound's own gradients of mean and log-variance to those that came through z.</summary>
    internal virtual void BackwardToPosterior<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
    }

    /// <summary>Writes a number for a formula or a message, in the same way on every machine.</summary>
    private protected static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Writes a bound as its name and reads it back.</summary>
internal sealed class BoundJson : JsonConverter<Bound>
{
    /// <inheritdoc/>
    public override Bound Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Bound.Find(name)
            ?? throw new JsonException($"A bound must be one of {string.Join(", ", Bound.All)}.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Bound value, JsonSerializerOptions options)
        => writer.WriteStringValue(value.Name);
}
