using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// A model with labels. A column of zeros with a one below the input picks a column of the first layer's weight, so for samples
/// of one label it is the plain model with that column added to the bias.
/// </summary>
public class LabelTests
{
    private const int Features = 7;
    private const int Latent = 2;
    private const int Classes = 3;

    private static readonly VaeOptions Plain = Some.Shape(Features, [6, 5], Latent);

    public static TheoryData<VaeOptions> Objectives =>
    [
        Plain, Plain with { Draws = 3, FreeBits = 0.1 }, Plain with { Draws = 3, Bound = Bound.ImportanceWeighted },
        Plain with { Draws = 3, Bound = Bound.DoublyReparameterised, Likelihood = Likelihood.GaussianPixelVariance },
    ];

    [Theory, MemberData(nameof(Objectives))]
    public void A_label_acts_on_the_objective_as_a_bias_of_the_first_layers(VaeOptions options)
    {
        for (var label = 0; label < Classes; label++)
        {
            var (labelled, plain) = Pair(options, label);
            var expected = plain.Forward(Some.Batch<double>(options, 4));
            var actual = labelled.Forward(Batch(labelled.Options, [label, label, label, label]));
            Assert.Equal(expected.Loss, actual.Loss, 1e-13);          // the order of a few sums of numbers near 10
            Assert.Equal(expected.NegativeElbo, actual.NegativeElbo, 1e-13);
        }
    }

    [Theory, MemberData(nameof(Objectives))]
    public void The_weights_of_a_label_have_the_gradient_of_the_bias_and_all_others_that_of_a_model_without_labels(
        VaeOptions options)
    {
        var (labelled, plain) = Pair(options, label: 1);
        labelled.ForwardBackward(Batch(labelled.Options, [1, 1, 1, 1]));
        plain.ForwardBackward(Some.Batch<double>(options, 4));

        foreach (var (parameter, own) in plain.Parameters.Zip(labelled.Parameters))
        {
            Assert.All(                                               // roundings of numbers below 10
                Some.Numbers(parameter.Gradient)
                    .Zip(Some.Numbers(own.Gradient.SubMatrix(0, parameter.Gradient.RowCount, 0, parameter.Gradient.ColumnCount))),
                pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        }

        RequireLabelColumns(plain.Encoder.Hidden[0], labelled.Encoder.Hidden[0], Features);
        RequireLabelColumns(plain.Decoder.Hidden[0], labelled.Decoder.Hidden[0], Latent);
    }

    // Labels 2, 0, 1 with two draws each: every draw must see its own sample's.
    [Fact]
    public void Each_sample_and_each_of_its_draws_has_its_own_label()
    {
        var options = Plain with { Classes = Classes, Draws = 2, Bound = Bound.ImportanceWeighted };
        var (model, all) = (Some.Model<double>(options), Batch(options, [2, 0, 1]));
        model.Forward(all);
        for (var sample = 0; sample < 3; sample++)
        {
            var one = new Activations<double>(options, 1);
            all.Input.ColumnSpan(sample).CopyTo(one.Input.AsSpan());
            all.Noise.AsSpan().Slice(2 * Latent * sample, 2 * Latent).CopyTo(one.Noise.AsSpan());
            one.Labels[0] = all.Labels[sample];
            model.Forward(one);
            Assert.Equal(one.Posterior.Bounds[0], all.Posterior.Bounds[sample]);
        }
    }

    [Fact]
    public void Another_label_gives_another_posterior_and_another_output()
    {
        var options = Plain with { Classes = Classes };
        var model = Some.Model<double>(options);
        var (zero, two) = (Batch(options, [0]), Batch(options, [2]));
        model.Forward(zero);
        model.Forward(two);
        Assert.NotEqual(Some.Numbers(zero.Mean), Some.Numbers(two.Mean));
        two.Mean.SetSubMatrix(0, 0, zero.Mean);
        two.Latent.SetSubMatrix(0, 0, zero.Latent);
        model.Decode(two);
        Assert.NotEqual(Some.Numbers(zero.Output), Some.Numbers(two.Output));
    }

    [Theory, InlineData(-1), InlineData(3)]
    public void A_label_that_the_model_does_not_have_is_refused_with_its_sample(int label)
    {
        var options = Plain with { Classes = Classes, Draws = 2 };
        var (model, a) = (Some.Model<double>(options), Batch(options, [0, 1, label, 2]));
        var expected = $"A label must be from 0 to 2, but that of sample 2 of the batch is {label}.";
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => model.Encode(a)).Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => model.Decode(a)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_labels_of_an_earlier_batch_do_not_affect_a_later_one()
    {
        var options = Plain with { Classes = Classes };
        var (model, a) = (Some.Model<double>(options), Batch(options, [0, 1]));
        model.Forward(a);
        a.Labels[0] = 2;
        Assert.Equal(model.Forward(Batch(options, [2, 1])), model.Forward(a));
    }

    [Fact]
    public void The_first_layers_have_a_column_for_each_label_and_the_output_layers_have_none()
    {
        var model = Some.Model<float>(Plain with { Classes = Classes });
        Assert.Equal(
            (Features + Classes, Latent + Classes),
            (model.Encoder.Hidden[0].Weight.Value.ColumnCount, model.Decoder.Hidden[0].Weight.Value.ColumnCount));
        Assert.Equal((Latent, Features), (model.Encoder.Mean.Weight.Value.RowCount, model.Decoder.Output.Weight.Value.RowCount));
        Assert.Equal("7+3-6-5-2+3-5-6-7", model.Options.Architecture);
    }

    [Fact]
    public void An_evaluation_reads_the_label_of_each_sample()
    {
        var options = Plain with { Classes = Classes };
        var model = Some.Model<double>(options);
        var data = new LabelledSamples(Some.Rows(3, Features), [2, 0, 1], Classes);
        var a = new Activations<double>(options, 3);
        data.Gather([0, 1, 2], a.Input.AsSpan());
        new RandomDraws(9, (uint)Purpose.EvaluationNoise, 0).FillNormal(a.Noise.AsSpan());
        ((int[])[2, 0, 1]).CopyTo(a.Labels, 0);
        Assert.Equal(model.Forward(a), new Evaluator<double>(model, batchSize: 2).Evaluate(data, seed: 9));
    }

    [Fact]
    public void A_labelled_model_refuses_data_without_labels_or_with_too_many_classes()
    {
        var evaluator = new Evaluator<float>(Some.Model<float>(Plain with { Classes = Classes }));
        var rows = Some.Rows(2, Features);
        Assert.StartsWith(
            "The model wants one of 3 labels with each sample, but the data has none.",
            Assert.Throws<ArgumentException>(() => evaluator.Evaluate(rows, seed: 1)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The model knows 3 labels, but the data has 4.",
            Assert.Throws<ArgumentException>(() => evaluator.Evaluate(new LabelledSamples(rows, [0, 1], 4), seed: 1)).Message,
            StringComparison.Ordinal);
        // Data with fewer classes than the model is accepted.
        Assert.True(double.IsFinite(evaluator.Evaluate(new LabelledSamples(rows, [0, 1], 2), seed: 1).Loss));
    }

    [Fact]
    public void A_model_without_labels_accepts_labelled_data()
    {
        var (evaluator, rows) = (new Evaluator<float>(Some.Model<float>(Plain)), Some.Rows(2, Features));
        Assert.Equal(evaluator.Evaluate(rows, seed: 1), evaluator.Evaluate(new LabelledSamples(rows, [0, 1], 2), seed: 1));
    }

    [Fact]
    public void Decoding_uses_the_label_of_each_latent_at_any_batch_size()
    {
        var model = Some.Model<float>(Plain with { Classes = Classes });
        var latents = Matrix<float>.Build.Dense(Latent, 5, (row, column) => row - (column / 2f));
        int[] labels = [2, 0, 1, 1, 0];
        var expected = Matrix<float>.Build.DenseOfColumnVectors(
            [
                .. Enumerable.Range(0, 5)
                    .Select(i => new LatentSpace<float>(model).Decode(latents.SubMatrix(0, Latent, i, 1), [labels[i]]).Column(0))
            ]);
        Assert.Equal(expected, new LatentSpace<float>(model).Decode(latents, labels));
        Assert.Equal(expected, new LatentSpace<float>(model, batchSize: 2).Decode(latents, labels));
    }

    [Fact]
    public void Reconstructing_uses_the_labels_of_the_samples_in_encoder_and_decoder()
    {
        var model = Some.Model<float>(Plain with { Classes = Classes });
        var data = new LabelledSamples(Some.Rows(3, Features), [2, 0, 1], Classes);
        var space = new LatentSpace<float>(model);
        Assert.Equal([1, 2], space.LabelsOf(data, [2, 0]));
        Assert.Equal(space.Decode(space.Encode(data, [2, 0]).Mean, [1, 2]), space.Reconstruct(data, [2, 0]));
        Assert.NotEqual(space.Decode(space.Encode(data, [2, 0]).Mean, [2, 1]), space.Reconstruct(data, [2, 0]));
    }

    [Fact]
    public void Samples_have_the_requested_label_or_one_label_after_another()
    {
        var space = new LatentSpace<float>(Some.Model<float>(Plain with { Classes = Classes }));
        var latents = Matrix<float>.Build.Dense(Latent, 4);
        new RandomDraws(5, (uint)Purpose.Prior, 0).FillNormal(latents.AsSpan());
        Assert.Equal(space.Decode(latents, [1, 1, 1, 1]), space.Sample(4, seed: 5, label: 1));
        Assert.Equal(space.Decode(latents, [0, 1, 2, 0]), space.Sample(4, seed: 5));
    }

    [Fact]
    public void Labels_that_do_not_fit_the_model_are_refused_with_the_labels_that_it_needs()
    {
        var labelled = new LatentSpace<float>(Some.Model<float>(Plain with { Classes = Classes }));
        var plain = new LatentSpace<float>(Some.Model<float>(Plain));
        var latents = Matrix<float>.Build.Dense(Latent, 4);
        Refuses("The model wants a label for each of the 4 samples, but was given 0.", () => labelled.Decode(latents));
        Refuses("The model wants a label for each of the 4 samples, but was given 3.", () => labelled.Decode(latents, [0, 1, 2]));
        Refuses(
            "A label must be from 0 to 2, but that of sample 3 of the batch is 3.", () => labelled.Decode(latents, [0, 1, 2, 3]));
        Refuses("The model wants no labels, but was given 4.", () => plain.Decode(latents, [0, 0, 0, 0]));
        Refuses("The model's labels are 0 to 2, but 3 was asked for.", () => labelled.Sample(2, seed: 1, label: 3));
        Refuses("The model's labels are 0 to 2, but -1 was asked for.", () => labelled.Sample(2, seed: 1, label: -1));
        Refuses(
            "The model was trained without labels, so there is no label 0. Train one with labels.",
            () => plain.Sample(2, seed: 1, label: 0));
        Refuses(
            "The model wants one of 3 labels with each sample, but the data has none.",
            () => labelled.Encode(Some.Rows(2, Features), [0]));
        Refuses(
            "The model wants one of 3 labels with each sample, but the data has none.",
            () => labelled.LabelsOf(Some.Rows(2, Features), [0]));

        static void Refuses(string message, Func<object> work)
            => Assert.StartsWith(message, Assert.Throws<ArgumentException>(work).Message, StringComparison.Ordinal);
    }

    private static Activations<double> Batch(VaeOptions options, int[] labels)
    {
        var a = Some.Batch<double>(options, labels.Length);
        labels.CopyTo(a.Labels, 0);
        return a;
    }

    private static (VariationalAutoencoder<double> Labelled, VariationalAutoencoder<double> Plain) Pair(
        VaeOptions options, int label)
    {
        var (labelled, plain) = (Some.Model<double>(options with { Classes = Classes }), Some.Model<double>(options));
        foreach (var (target, source) in plain.Parameters.Zip(labelled.Parameters))
        {
            source.Value.SubMatrix(0, target.Value.RowCount, 0, target.Value.ColumnCount).CopyTo(target.Value);
        }

        Move(labelled.Encoder.Hidden[0], plain.Encoder.Hidden[0], Features + label);
        Move(labelled.Decoder.Hidden[0], plain.Decoder.Hidden[0], Latent + label);
        return (labelled, plain);

        static void Move(Dense<double> from, Dense<double> to, int column)
            => to.Bias.Value.SetColumn(0, from.Bias.Value.Column(0) + from.Weight.Value.Column(column));
    }

    // All samples have label 1: its column acts as a bias, and no sample reads the other columns.
    private static void RequireLabelColumns(Dense<double> plain, Dense<double> labelled, int first)
    {
        var columns = labelled.Weight.Gradient;
        Assert.All(
            // The tolerance is for roundings of numbers below 10.
            columns.Column(first + 1).Zip(plain.Bias.Gradient.Column(0)), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
        Assert.All(columns.Column(first).Concat(columns.Column(first + 2)), gradient => Assert.Equal(0, gradient));
    }
}
