using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

public class LatentSpaceTests
{
    private static readonly int[] Five = [4, 0, 2, 2, 1];

    private readonly ByteSamples _data = Some.Blobs(20, 61);
    private readonly VariationalAutoencoder<float> _model = Some.Model<float>(Some.Shape(61, [53, 17], latent: 3));

    [Fact]
    public void Encoding_gives_the_outputs_of_the_encoder_for_each_sample()
    {
        var a = new Activations<float>(_model.Options, 5);
        _data.Gather(Five, a.Input.AsSpan());
        _model.Encode(a);

        var encodings = new LatentSpace<float>(_model).Encode(_data, Five);

        Assert.Equal(a.Mean, encodings.Mean);
        Assert.Equal(a.LogVariance, encodings.LogVariance);
        Assert.Equal(encodings.Mean.Column(2), encodings.Mean.Column(3)); // sample 2 twice
    }

    [Fact]
    public void Encoding_decoding_and_reconstructing_are_deterministic_and_no_batch_size_changes_a_bit()
    {
        var space = new LatentSpace<float>(_model);
        var encodings = space.Encode(_data, Five);
        var images = space.Reconstruct(_data, Five);
        foreach (var batchSize in new[] { 1, 2, 3, 5, 10_000 })
        {
            var other = new LatentSpace<float>(_model, batchSize);
            Assert.Equal(encodings.Mean, other.Encode(_data, Five).Mean);
            Assert.Equal(encodings.LogVariance, other.Encode(_data, Five).LogVariance);
            Assert.Equal(images, other.Reconstruct(_data, Five));
        }
    }

    [Fact]
    public void Inputs_are_the_drawn_pixels_that_are_encoded()
    {
        var drawn = Some.Model<float>(_model.Options with { Pixels = Pixels.Dynamic });
        var space = new LatentSpace<float>(drawn);

        var inputs = space.Inputs(_data, Five);

        Assert.All(inputs.Enumerate(), pixel => Assert.True(pixel is 0 or 1));
        var same = new ArraySamples([.. inputs.EnumerateColumns().Select(column => column.ToArray())]);
        Assert.Equal(space.Encode(_data, Five).Mean, new LatentSpace<float>(_model).Encode(same, [0, 1, 2, 3, 4]).Mean);
    }

    [Fact]
    public void Reconstructing_decodes_the_mean_of_the_posterior()
    {
        var space = new LatentSpace<float>(_model);
        Assert.Equal(space.Decode(space.Encode(_data, Five).Mean), space.Reconstruct(_data, Five));
    }

    [Fact]
    public void Decoding_gives_probabilities_for_Bernoulli_and_means_for_a_Gaussian()
    {
        var latents = Matrix<float>.Build.Dense(3, 4, (row, column) => (row - column) * 3);
        var gaussian = Some.Model<float>(_model.Options with { Likelihood = Likelihood.Gaussian });
        var a = new Activations<float>(_model.Options, 4);
        latents.CopyTo(a.Latent);
        _model.Decode(a);

        var probabilities = new LatentSpace<float>(_model).Decode(latents);

        Assert.Equal(a.Output, new LatentSpace<float>(gaussian).Decode(latents));
        for (var i = 0; i < probabilities.AsSpan().Length; i++)
        {
            Assert.Equal(1 / (1 + float.Exp(-a.Output.AsSpan()[i])), probabilities.AsSpan()[i], 1e-6f); // a few roundings at 6e-8
        }
    }

    [Fact]
    public void Decoding_does_not_change_the_latents()
    {
        var latents = Matrix<float>.Build.Dense(3, 4, (row, column) => row + column);
        var copy = latents.Clone();
        new LatentSpace<float>(_model).Decode(latents);
        Assert.Equal(copy, latents);
    }

    [Fact]
    public void Samples_are_decoded_draws_from_the_prior_determined_by_the_seed()
    {
        var space = new LatentSpace<float>(_model);
        var latents = Matrix<float>.Build.Dense(3, 6);
        new RandomDraws(5, (uint)Purpose.Prior, 0).FillNormal(latents.AsSpan());
        Assert.Equal(space.Decode(latents), space.Sample(6, seed: 5, mean: true));
        Assert.NotEqual(space.Sample(6, seed: 5), space.Sample(6, seed: 6));
        Assert.Equal(space.Sample(6, seed: 5), new LatentSpace<float>(_model, batchSize: 2).Sample(6, seed: 5));
    }

    [Fact]
    public void Wrong_arguments_of_a_latent_space_are_refused_with_the_expected_values()
    {
        var space = new LatentSpace<float>(_model);
        Assert.StartsWith(
            "Must be 3 x 4 (features x samples), but is 2 x 4.",
            Assert.Throws<ArgumentException>(() => space.Decode(Matrix<float>.Build.Dense(2, 4))).Message);
        Assert.StartsWith(
            "There must be at least one sample to encode.",
            Assert.Throws<ArgumentException>(() => space.Encode(_data, [])).Message);
        Assert.StartsWith(
            "The model wants samples of 61 features, but the data has 12.",
            Assert.Throws<ArgumentException>(() => space.Encode(Some.Blobs(5, 12), [0])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => space.Sample(0, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentSpace<float>(_model, batchSize: 0));
        Assert.Throws<OperationCanceledException>(() => space.Encode(_data, Five, new CancellationToken(canceled: true)));
    }
}
