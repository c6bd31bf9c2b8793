using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vae.Math.Tests;

public partial class ScheduleOptionsTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant)]
    [InlineData(LearningRateSchedule.Step)]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.Burda)]
    public void The_first_epoch_has_the_first_rate(LearningRateSchedule kind)
    {
        Assert.Equal(1, new ScheduleOptions { Kind = kind }.Factor(0, 20));
        Assert.Equal(1, new ScheduleOptions { Kind = kind }.Factor(0, 1));
    }

    [Fact]
    public void A_constant_rate_stays_and_is_the_default()
    {
        Assert.Equal(LearningRateSchedule.Constant, new ScheduleOptions().Kind);
        Assert.All(Enumerable.Range(0, 50), epoch => Assert.Equal(1, new ScheduleOptions().Factor(epoch, 20)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 0.5)]
    [InlineData(5, 0.5)]
    [InlineData(6, 0.25)]
    [InlineData(30, 1.0 / 1024)]
    public void The_rate_steps_down_after_every_given_number_of_epochs(int epoch, double factor)
        => Assert.Equal(
            factor, new ScheduleOptions { Kind = LearningRateSchedule.Step, StepEpochs = 3, StepFactor = 0.5 }.Factor(epoch, 20));

    // cos(0), cos(pi / 3), cos(pi / 2) and cos(2 pi / 3) are whole or half; 2e-16 is a rounding of a number near 1.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 0.75)]
    [InlineData(6, 0.5)]
    [InlineData(8, 0.25)]
    [InlineData(12, 0)]
    [InlineData(13, 0)]
    [InlineData(24, 0)]
    public void A_cosine_falls_to_zero_at_the_end_and_stays_there(int epoch, double factor)
        => Assert.Equal(factor, new ScheduleOptions { Kind = LearningRateSchedule.Cosine }.Factor(epoch, 12), 2e-16);

    // Burda, Grosse and Salakhutdinov 2015: 3^(i-1) epochs at 1e-4 round(10^(1 - (i-1) / 7), 1).
    [Theory]
    [InlineData(1, 0, 0, 10.0)]
    [InlineData(2, 1, 3, 7.2)]
    [InlineData(3, 4, 12, 5.2)]
    [InlineData(4, 13, 39, 3.7)]
    [InlineData(5, 40, 120, 2.7)]
    [InlineData(6, 121, 363, 1.9)]
    [InlineData(7, 364, 1092, 1.4)]
    [InlineData(8, 1093, 3279, 1.0)]
    public void Burdas_stages_have_the_papers_epochs_and_rates(int stage, int first, int last, double rate)
    {
        var schedule = new ScheduleOptions { Kind = LearningRateSchedule.Burda };

        Assert.Equal(double.Pow(3, stage - 1), last - first + 1);
        Assert.Equal(rate / 10, schedule.Factor(first, 3280));
        Assert.Equal(rate / 10, schedule.Factor(last, 3280));
    }

    // A tenth of the epochs: stages begin at the first e with 10 e of at least 0, 1, 4, 13, 40, 121, 364, 1093.
    [Fact]
    public void Burdas_stages_shrink_in_proportion()
    {
        var schedule = new ScheduleOptions { Kind = LearningRateSchedule.Burda };
        int[] begins = [0, 1, 2, 4, 13, 37, 110];
        double[] rates = [10, 5.2, 3.7, 2.7, 1.9, 1.4, 1];            // the second stage, 0.3 epochs, falls between two epochs

        for (var epoch = 0; epoch < 328; epoch++)
        {
            Assert.Equal(rates[Array.FindLastIndex(begins, begin => begin <= epoch)] / 10, schedule.Factor(epoch, 328));
        }
    }

    [Fact]
    public void Burdas_stages_grow_in_proportion_and_the_last_has_no_end()
    {
        var schedule = new ScheduleOptions { Kind = LearningRateSchedule.Burda };

        Assert.Equal([1, 1, 0.72, 0.72], new[] { 0, 1, 2, 7 }.Select(epoch => schedule.Factor(epoch, 6560)));
        Assert.Equal(0.1, schedule.Factor(3280, 3280));
        Assert.Equal(0.1, schedule.Factor(int.MaxValue, int.MaxValue));
    }

    [Fact]
    public void No_schedule_ever_rises()
    {
        foreach (var kind in Enum.GetValues<LearningRateSchedule>())
        {
            var schedule = new ScheduleOptions { Kind = kind };
            var factors = Enumerable.Range(0, 250).Select(epoch => schedule.Factor(epoch, 200)).ToArray();

            Assert.All(factors.Zip(factors.Skip(1)), pair => Assert.True(pair.Second <= pair.First, $"{kind}: {pair}"));
            Assert.All(factors, factor => Assert.InRange(factor, 0, 1));
        }
    }

    [Fact]
    public void An_epoch_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("epoch", () => new ScheduleOptions().Factor(-1, 20));
        Assert.Throws<ArgumentOutOfRangeException>("epochs", () => new ScheduleOptions().Factor(0, 0));
    }

    public static TheoryData<ScheduleOptions, string> WrongOptions => new()
    {
        { new ScheduleOptions { Kind = (LearningRateSchedule)9 }, "There is no such learning-rate schedule: 9." },
        {
            new ScheduleOptions { StepEpochs = 0 },
            "The epochs between two steps of the learning rate must be at least 1, but are 0."
        },
        {
            new ScheduleOptions { StepFactor = 0 },
            "The factor of a step of the learning rate must be above 0 and at most 1, but is 0."
        },
        {
            new ScheduleOptions { StepFactor = 1.5 },
            "The factor of a step of the learning rate must be above 0 and at most 1, but is 1.5."
        },
        {
            new ScheduleOptions { StepFactor = double.NaN },
            "The factor of a step of the learning rate must be above 0 and at most 1, but is NaN."
        },
    };

    [Theory, MemberData(nameof(WrongOptions))]
    public void An_option_out_of_range_is_named(ScheduleOptions options, string message)
        => Assert.Equal(message, Assert.Throws<ArgumentException>(options.Validated).Message);

    [Fact]
    public void A_schedule_describes_itself()
    {
        Assert.Equal("constant", new ScheduleOptions().Describe);
        Assert.Equal("times 0.1 after every 10 epochs", new ScheduleOptions { Kind = LearningRateSchedule.Step }.Describe);
        Assert.All(
            Enum.GetValues<LearningRateSchedule>(),
            kind => Assert.NotEmpty(new ScheduleOptions { Kind = kind }.Validated().Describe));
    }

    [Fact]
    public void A_schedule_is_written_and_read_by_a_source_generated_serialiser()
    {
        var options = new ScheduleOptions { Kind = LearningRateSchedule.Step, StepEpochs = 7, StepFactor = 0.3 };

        var text = JsonSerializer.Serialize(options, Json.Default.ScheduleOptions);

        Assert.Equal("""{"Kind":"Step","StepEpochs":7,"StepFactor":0.3}""", text);
        Assert.Equal(options, JsonSerializer.Deserialize(text, Json.Default.ScheduleOptions));
    }

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(ScheduleOptions))]
    private sealed partial class Json : JsonSerializerContext;
}
