using Vae.Math;

namespace Vae.Model.Tests;

public class TrainingOptionsTests
{
    public static TheoryData<string, TrainingOptions> Wrong => new()
    {
        { "The number of epochs must be at least 1, but is 0.", new() { Epochs = 0 } },
        { "The batch size must be at least 1, but is 0.", new() { BatchSize = 0 } },
        {
            "The validation samples must be from 0 to below the 6000 samples of the data, but are 6000.",
            new() { ValidationSamples = 6000 }
        },
        {
            "The validation samples must be from 0 to below the 6000 samples of the data, but are -1.",
            new() { ValidationSamples = -1 }
        },
        { "There is no such way to choose an epoch: 7.", new() { KeepBy = (KeepBy)7 } },
        { "The learning rate must be above 0, but is 0.", new() { Adam = new AdamOptions { LearningRate = 0 } } },
        { "The learning rate must be above 0, but is NaN.", new() { Adam = new AdamOptions { LearningRate = double.NaN } } },
        { "Adam's beta1 must be from 0 to below 1, but is 1.", new() { Adam = new AdamOptions { Beta1 = 1 } } },
        { "There must be options for Adam, but there are none.", new() { Adam = null! } },
        { "There must be a schedule of the learning rate, but there is none.", new() { Schedule = null! } },
        {
            "There is no such learning-rate schedule: 9.",
            new() { Schedule = new ScheduleOptions { Kind = (LearningRateSchedule)9 } }
        },
        { "The epochs of the KL warm-up must be 0 or above, but are -1.", new() { KlWarmUpEpochs = -1 } },
        { "The patience must be 0 epochs or above, but is -1.", new() { Patience = -1 } },
        {
            "A patience of 3 epochs needs validation samples and a best epoch, by which to stop. Hold some out, or leave it 0.",
            new() { Patience = 3, ValidationSamples = 0 }
        },
        {
            "A patience of 3 epochs needs validation samples and a best epoch, by which to stop. Hold some out, or leave it 0.",
            new() { Patience = 3, KeepBy = KeepBy.LastEpoch }
        },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_training_option_is_refused_with_its_limits_and_its_value(string message, TrainingOptions options)
        => Assert.Equal(message, Assert.Throws<ArgumentException>(() => options.Validated(samples: 6000)).Message);

    [Fact]
    public void A_trainer_checks_its_options_against_its_data()
    {
        var options = Some.Shape();
        var refusal = Assert.Throws<ArgumentException>(
            () => new Trainer<float>(Some.Model<float>(options), Some.Blobs(300, options.Features), new TrainingOptions()));
        Assert.Equal(
            "The validation samples must be from 0 to below the 300 samples of the data, but are 5000.", refusal.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void The_warm_up_of_a_table_by_kind_begins_above_0_whether_or_not_values_are_hidden(double hidingShare)
    {
        var options = new TrainingOptions { KlWarmUpEpochs = 4, HidingShare = hidingShare };
        Assert.Equal(
            [0.25, 0.5, 0.75, 1, 1],
            Enumerable.Range(0, 5).Select(epoch => options.WarmUp(epoch, Likelihood.Columns)));
        Assert.Equal(
            [0, 0.25, 0.5, 0.75, 1],
            Enumerable.Range(0, 5).Select(epoch => options.WarmUp(epoch, Likelihood.Bernoulli)));
    }

    [Fact]
    public void The_default_training_options_suit_MNIST()
    {
        var options = new TrainingOptions();
        Assert.Same(options, options.Validated(samples: 60_000));
        Assert.Equal(
            (20, 128, 5000, KeepBy.ValidationLoss),
            (options.Epochs, options.BatchSize, options.ValidationSamples, options.KeepBy));
    }
}
