using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Wrong arguments of a <see cref="VaeModel"/> are refused with a message that names the remedy.</summary>
public class VaeModelMistakesTests
{
    private static readonly VaeModel Plain = new(SomeModel.Of(Some.Shape(3, likelihood: Likelihood.Gaussian)));
    private static readonly VaeModel Labelled = new(SomeModel.Of(Some.Shape(3) with { Classes = 4 }));
    private static readonly VaeModel Named = new(
        SomeModel.Of(Some.Shape(3)),
        new Preparation(Scaling.MinMax, [10, 20, 30], [2, 2, 2]) { Columns = ["price", "si\u001bze", "year"] });

    [Fact]
    public void Arguments_of_another_length_are_refused()
    {
        Require("Must have 3 numbers, but has 2. (Parameter 'row')", () => Plain.Encode(new float[2]));
        Require("Must have 3 numbers, but has 0. (Parameter 'row')", () => Plain.Encode([]));
        Require("Must have 2 numbers, but has 3. (Parameter 'mean')", () => Plain.Encode(new float[3], new float[3], default));
        Require(
            "Must have 2 numbers, but has 1. (Parameter 'logVariance')",
            () => Plain.Encode(new float[3], new float[2], new float[1]));
        Require("Must have 2 numbers, but has 3. (Parameter 'latent')", () => Plain.Decode(new float[3]));
        Require("Must have 3 numbers, but has 4. (Parameter 'row')", () => Plain.Decode(new float[2], new float[4]));
        Require("Must have 3 numbers, but has 4. (Parameter 'row')", () => Plain.Reconstruct(new float[4]));
        Require(
            "Must have 3 numbers, but has 2. (Parameter 'reconstruction')", () => Plain.Reconstruct(new float[3], new float[2]));
        Require("Must have 3 numbers, but has 2. (Parameter 'row')", () => Plain.Sample(new float[2], seed: 1, number: 0));
        Require("Must have 3 numbers, but has 4. (Parameter 'row')", () => Plain.AnomalyScore(new float[4]));
    }

    [Fact]
    public void Unwanted_missing_and_unknown_labels_are_refused()
    {
        const string Without = "The model was trained without labels, but was given label 3. Leave it out. (Parameter 'label')";
        Require(Without, () => Plain.Encode(new float[3], label: 3));
        Require(Without, () => Plain.Decode(new float[2], label: 3));
        Require(Without, () => Plain.Reconstruct(new float[3], label: 3));
        Require(Without, () => Plain.Sample(1, seed: 1, label: 3));
        Require(Without, () => Plain.AnomalyScore(new float[3], label: 3));
        Require(
            "The model wants a label from 0 to 3, but was given none. (Parameter 'label')", () => Labelled.Encode(new float[3]));
        Require(
            "The model wants a label from 0 to 3, but was given none. (Parameter 'label')", () => Labelled.Sample(1, seed: 1));
        Require(
            "The model wants a label from 0 to 3, but was given 4. (Parameter 'label')",
            () => Labelled.Decode(new float[2], label: 4));
        Require(
            "The model wants a label from 0 to 3, but was given -1. (Parameter 'label')",
            () => Labelled.AnomalyScore(new float[3], label: -1));
    }

    [Theory]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void Infinity_is_refused(float odd, string text)
    {
        Require(
            $"feature 1 must be a finite number, or NaN where it is missing, but is {text}. (Parameter 'row')",
            () => Plain.Encode([0, odd, 0]));
        Require(
            $"column 'si\\u{{1B}}ze' must be a finite number, or NaN where it is missing, but is {text}. (Parameter 'row')",
            () => Named.AnomalyScore([10, odd, 30]));
        Require(
            $"latent 1 must be a finite number, but is {text}. A missing value cannot be given to the model. "
                + "(Parameter 'latent')",
            () => Plain.Decode([0, odd]));
    }

    [Fact]
    public void A_latent_has_no_missing_numbers()
        => Require(
            "latent 1 must be a finite number, but is NaN. A missing value cannot be given to the model. (Parameter 'latent')",
            () => Plain.Decode([0, float.NaN]));

    [Fact]
    public void Numbers_outside_the_range_of_the_likelihood_are_refused()
    {
        Require(
            "feature 2 must be from 0 to 1 for the Bernoulli likelihood, but is 1.5. "
                + "Give numbers of the range that the model was trained on. (Parameter 'row')",
            () => Labelled.Encode([0, 1, 1.5f], label: 0));
        Require(
            "column 'price' must be from 0 to 1 for the Bernoulli likelihood, but is -0.5 when scaled, 9 before. "
                + "Give numbers of the range that the model was trained on. (Parameter 'row')",
            () => new VaeModel(SomeModel.Of(Some.Shape(3)), Named.Preparation! with { Scaling = Scaling.Standard })
                .Encode([9, 20, 30]));
    }

    [Fact]
    public void Numbers_outside_a_min_max_scaling_are_clamped_to_its_range()
    {
        Assert.Equal(Named.Encode([10, 22, 31]), Named.Encode([-7, 22.5f, 31]));
        Assert.Equal(Named.AnomalyScore([10, 22, 31]), Named.AnomalyScore([9.9f, 1e9f, 31]));
    }

    [Fact]
    public void Messages_write_numbers_the_same_in_every_culture()
    {
        using var culture = new OtherCulture();
        Require(
            "feature 2 must be from 0 to 1 for the Bernoulli likelihood, but is -1.5. "
                + "Give numbers of the range that the model was trained on. (Parameter 'row')",
            () => Labelled.Encode([0, 1, -1.5f], label: 0));
        Require(
            "The model wants a label from 0 to 3, but was given -1. (Parameter 'label')",
            () => Labelled.Encode([0, 1, 1], label: -1));
        Require(
            "feature 1 must be a finite number, or NaN where it is missing, but is Infinity. (Parameter 'row')",
            () => Plain.Encode([0, float.PositiveInfinity, 0]));
        Require(
            "sample 0, feature 0 must be from 0 to 1 for the Bernoulli likelihood, but is -0.5. "
                + "Scale the data to 0 to 1 (min-max), or take a Gaussian likelihood.",
            () => SampleRange.Require(new ArraySamples([[-0.5f]]), Some.Shape(1)));
        Require("The KL weight must be 0 or above, but is -0.5.", () => Some.Shape(klWeight: -0.5).Validated());
        Require(
            "The number of epochs must be at least 1, but is -1.", () => new TrainingOptions { Epochs = -1 }.Validated(100000));
        Require("The learning rate must be above 0, but is -0.5.", () => new AdamOptions { LearningRate = -0.5 }.Validated());
        Require(
            "The factor of a step of the learning rate must be above 0 and at most 1, but is 1.5.",
            () => new ScheduleOptions { StepFactor = 1.5 }.Validated());
    }

    // The scaled number is beyond the range of a float, and the network would turn it into NaN.
    [Fact]
    public void Numbers_that_overflow_when_they_are_scaled_are_refused()
    {
        var tiny = new VaeModel(
            SomeModel.Of(Some.Shape(1, likelihood: Likelihood.Gaussian)),
            new Preparation(Scaling.Standard, [0], [1e-30f]) { Columns = ["price"] });

        Require(
            "column 'price' must be a finite number when scaled, too, but 1E+10 is Infinity then. "
                + "Give numbers of the range that the model was trained on. (Parameter 'row')",
            () => tiny.Encode([1e10f]));
    }

    [Fact]
    public void Data_for_another_model_is_refused()
    {
        Require(
            "The model wants samples of 3 features, but the data has 4. "
                + "Use the data that the model was trained on, or train a model for this data. (Parameter 'data')",
            () => Plain.AnomalyScores(Some.Rows(5, 4)));
        Require(
            "The model wants one of 4 labels with each sample, but the data has none. "
                + "Give labelled samples, or train a model without labels. (Parameter 'data')",
            () => Labelled.AnomalyScores(Some.Rows(5, 3)));
        Require(
            "sample 1, feature 2 must be a finite number, but is NaN. Mend that row or leave it out.",
            () => Plain.AnomalyScores(new ArraySamples([[0, 0, 0], [1, 2, float.NaN]])));
    }

    [Fact]
    public void Counts_below_one_and_null_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Plain.Sample(0, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plain.Sample(new float[3], seed: 1, number: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plain.AnomalyScore(new float[3], draws: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plain.AnomalyScores(Some.Rows(1, 3), draws: 0));
        Assert.Throws<ArgumentNullException>(() => Plain.AnomalyScores(null!));
        Assert.Throws<ArgumentNullException>(() => _ = new VaeModel(null!));
        Assert.Throws<ArgumentNullException>(() => _ = new VaeModel(null!, SomeModel.Units(3)));
        Assert.Throws<ArgumentNullException>(() => VaeModel.Train(null!, Some.Shape()));
        Assert.Throws<ArgumentNullException>(() => VaeModel.Train(Some.Rows(5, 3), null!));
        Assert.Throws<ArgumentNullException>(() => VaeModel.Load(null!));
        Assert.Throws<ArgumentException>(() => VaeModel.Load(""));
        Assert.Throws<ArgumentNullException>(() => VaeModel.Load("model", null!));
    }

    [Fact]
    public void A_preparation_of_another_number_of_features_is_refused()
        => Require(
            "There must be an offset for each of the 3 features, but there are 4.",
            () => _ = new VaeModel(SomeModel.Of(Some.Shape(3)), SomeModel.Units(4)));

    [Fact]
    public void A_model_works_after_a_refused_call()
    {
        float[] row = [0.1f, 0.2f, 0.3f];
        var before = Labelled.Reconstruct(row, label: 2);

        Assert.Throws<ArgumentException>(() => Labelled.Reconstruct([float.NaN, float.NegativeInfinity, 0], label: 3));
        Assert.Throws<ArgumentException>(() => Labelled.Reconstruct(new float[5], label: 3));

        Assert.Equal(before, Labelled.Reconstruct(row, label: 2));
    }

    private static void Require(string message, Action mistake)
        => Assert.Equal(message, Assert.Throws<ArgumentException>(mistake).Message);
}
