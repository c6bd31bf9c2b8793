using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>Runs whose files an attacker changed.</summary>
public sealed class HostileRunTests : IDisposable
{
    private const string Escape = "\u001b";

    private readonly ReaderFolder _folder = new();
    private readonly TinyRun _run;

    public HostileRunTests()
    {
        _run = new TinyRun(_folder["run"]);
        _run.TrainAndSave();
    }

    // Place in run.json, JSON to put there, words of the message.
    public static TheoryData<string, string, string> Records => new()
    {
        {
            "model.hidden",
            "[2147483647,2147483647]",
            "A layer from 6 to 2147483647 has 12884901882 weights, but a matrix holds at most 2147483591"
        },
        { "model.features", "2147483647", "A layer from 2147483647 to 4 has 8589934588 weights" },
        { "model.latent", "2147483647", "A layer from 3 to 2147483647 has 6442450941 weights" },
        { "model.latent", "4294967298", "model.latent" },
        { "model.hidden", "[1,1,1,1,1,1,1,1,1,1,1]", "'encoder.hidden.0.weight' must be 1 x 6, but is 4 x 6" },
        { "model.draws", "0", "The number of draws must be at least 1" },
        { "model.classes", "1000", "The number of labels must be from 0 to 256" },
        { "model.kl_weight", "1e999", "The KL weight must be 0 or above" },
        { "model.kl_weight", "\"NaN\"", "kl_weight" },
        { "model.likelihood", "17", "There is no such likelihood: 17" },
        { "model.likelihood", "\"System.Diagnostics.Process\"", "likelihood" },
        { "model.bound", "-1", "A bound must be one of Elbo, ImportanceWeighted, DoublyReparameterised." },
        { "training.epochs", "-1", "The number of epochs must be at least 1" },
        { "training.epochs", "1e3", "epochs" },
        { "training.batch_size", "-2147483648", "The batch size must be at least 1" },
        { "training.validation_samples", "14", "The validation samples must be from 0 to below the 14 samples" },
        { "training.adam.learning_rate", "-1e999", "The learning rate must be above 0" },
        { "training.schedule.kind", "99", "There is no such learning-rate schedule: 99" },
        { "data.rows", "-2", "2 x 3" },
        { "data.columns", "2147483647", "Images must have the 6 pixels of a sample" },
        { "data.source", "null", "source" },
        { "data.request", "null", "request" },
        { "data.samples", "9999999999", "samples" },
        { "format", "\"1\"", "wanted the record of a run of format 1" },
        { "command", "[[[[[[[[[[[[[[]]]]]]]]]]]]]]", "depth" },
    };

    // Key of a text of the state, new value, words of the message.
    public static TheoryData<string, string, string> States => new()
    {
        {
            "epoch",
            "1099511627776",
            "wanted a whole number of at most 2147483646 'epoch' in the header, but found '1099511627776'"
        },
        { "epoch", "99999999999999999999", "wanted a whole number 'epoch'" },
        { "samples", "4294967297", "wanted a whole number of at most 2147483647 'samples'" },
        { "samples", "11", "the run has seen 11 samples of its epoch, but the trainer's has only 10" },
        { "step", "-1", "wanted a whole number 'step'" },
        { "step", "9223372036854775807", "wanted a whole number of at most 9007199254740992 'step'" },
        { "best_epoch", "4", "wanted a whole number of at most 3 'best_epoch'" },
        { "best_score", "NaN", "wanted a finite number 'best_score' in the header, but found 'NaN'" },
        { "best_score", "-Infinity", "wanted a finite number 'best_score'" },
        { "best_epoch", "0", "wanted a number 'best_score'" },
        { "kl_sum", "Infinity", "wanted a finite number 'kl_sum'" },
        { "loss_sum", "NaN", "wanted a finite number 'loss_sum'" },
        { "epoch_seconds", "-1", "wanted a number of at least 0 'epoch_seconds'" },
        { "said", "DeadUnits,Luck", "wanted the names of diagnoses as 'said' in the header, but found 'Luck'" },
        { "said", "17", "but found '17'" },
        { "said", "0", "but found '0'" },
        { "seed", Escape + "[2J", @"the run's seed is \u{1B}[2J, but" },
        { "last_epoch", "{}", "'last_epoch' in the header: not the metrics of an epoch" },
        { "last_epoch", "null", "not the metrics of an epoch" },
        { "last_epoch", "", "wanted the metrics of epoch 3, but found none" },
    };

    // Line of metrics.jsonl, words of the message.
    public static TheoryData<string, string> Lines => new()
    {
        {
            """{"epoch":0,"step":1,"training":{"reconstruction":1,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":1}""",
            "an epoch of at least 1"
        },
        {
            """{"epoch":1,"step":-1,"training":{"reconstruction":1,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":1}""",
            "steps of at least 0"
        },
        {
            """{"epoch":1,"step":1,"training":{"reconstruction":1e999,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":1}""",
            "finite numbers"
        },
        {
            """{"epoch":1,"step":1,"training":{"reconstruction":1,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":-1}""",
            "seconds of at least 0"
        },
        {
            """{"epoch":1,"epoch":2,"step":1,"training":{"reconstruction":1,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":1}""",
            "uplicate"
        },
        { """{"epoch":4294967297}""", "epoch" },
        { """{"epoch":1}""", "not the metrics of an epoch" },
        { """{"\ud800":1}""", "not the metrics of an epoch" },
        {
            """{"epoch":1,"step":1,"training":{"reconstruction":1,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":1,"diagnoses":[null]}""",
            "a known kind"
        },
        {
            """{"epoch":1,"step":1,"training":{"reconstruction":1,"kl":1,"kl_weight":1}"""
                + ""","validation":null,"is_best":false,"seconds":1,"diagnoses":[{"kind":99,"saw":"","means":"","try":""}]}""",
            "a known kind"
        },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Records))]
    public void A_record_that_makes_no_sense_is_refused(string place, string json, string words)
    {
        ChangeRecord(place, json);
        Refusal.Of<CheckpointException>(Resume, _run.Path, words);
    }

    [Fact]
    public void A_record_of_ten_thousand_million_bytes_is_refused_by_its_length()
    {
        SetLength(_run.RunFile, 10_000_000_000);
        Refusal.Of<CheckpointException>(() => RunFolder.Open(_run.Path), _run.RunFile, "at most 2097152 bytes", "10000000000");
    }

    // Records of the longest allowed length, full of tokens or of names.
    [Theory]
    [InlineData("\"x\":[1", ",1", "]")]
    [InlineData("\"x\":[{}", ",{}", "]")]
    [InlineData("\"x\":1", ",\"#\":1", "")]
    [InlineData("\"preparation\":{\"scaling\":\"Standard\",\"scale\":[],\"offset\":[1", ",1", "]}")]
    public void A_record_of_the_longest_allowed_length_takes_no_more_memory_than_any_file(string begin, string again, string end)
    {
        var text = new System.Text.StringBuilder(File.ReadAllText(_run.RunFile).TrimEnd().TrimEnd('}')).Append(',').Append(begin);
        for (var i = 0; text.Length < (2 << 20) - 100; i++)
        {
            text.Append(again.Replace("#", $"{i:x}", StringComparison.Ordinal));
        }

        File.WriteAllText(_run.RunFile, text.Append(end).Append('}').ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Record.Exception(() => RunFolder.Open(_run.Path));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(failure is null or CheckpointException, $"{failure}");
        Assert.True(allocated <= 64 << 20, $"{allocated}");           // as ReaderTrials has it for every file
    }

    [Fact]
    public void A_record_with_a_hundred_thousand_hidden_layers_is_refused()
    {
        ChangeRecord("model.hidden", $"[{string.Join(',', Enumerable.Repeat(1, 100_000))}]");
        Refusal.Of<CheckpointException>(() => RunFolder.Open(_run.Path), "at most 1000 hidden layers, but there are 100000");
    }

    [Fact]
    public void A_record_with_an_option_twice_is_refused()
    {
        File.WriteAllText(
            _run.RunFile,
            File.ReadAllText(_run.RunFile).Replace("\"latent\":", "\"latent\": 3, \"latent\":", StringComparison.Ordinal));
        Refusal.Of<CheckpointException>(() => RunFolder.Open(_run.Path), _run.RunFile, "latent");
    }

    // 1.8 thousand million weights. The matrices could be allocated if the files' sizes were not checked first.
    [Fact]
    public void A_model_larger_than_its_files_is_refused_before_room_is_made_for_it()
    {
        ChangeRecord("model.hidden", "[30000,30000]");
        var (folder, record) = RunFolder.Open(_run.Path);
        Refusal.Of<CheckpointException>(
            () => folder.LoadModel<float>(record.Model),
            _run.ModelFile,
            "wanted the 1800660010 numbers of a model of 6-30000-30000-2-30000-30000-6, but the file holds 114");
        Refusal.Of<CheckpointException>(Resume, _run.StateFile, "wanted the 7202640040 numbers of a model");
    }

    [Fact]
    public void A_record_sends_no_commands_to_the_terminal()
    {
        ChangeRecord("command", "\"vae train\\u001b]0;owned\\u0007\\n\"");
        Assert.Equal(@"vae train\u{1B}]0;owned\u{7}\u{A}", RunFolder.Open(_run.Path).Record.Command);
    }

    [Fact]
    public void A_record_cannot_name_a_type_to_create()
    {
        ChangeRecord("$type", "\"System.Diagnostics.Process, System.Diagnostics.Process\"");
        ChangeRecord("model.$type", "\"Vae.Model.VaeOptions\"");
        Exception? refusal = Record.Exception(Resume);
        // The name means nothing and is kept like any other, or it is refused.
        Assert.True(refusal is null or CheckpointException, refusal?.ToString());
    }

    [Theory, MemberData(nameof(States))]
    public void A_state_that_makes_no_sense_is_refused_and_the_trainer_stays_as_it_is(string key, string text, string words)
    {
        var trainer = Trained();
        ChangeState(trainer, key, text);
        var before = NumbersOf(trainer);
        trainer.State.Adam.FirstMoments[0][0, 0] = 7;                 // what a restore would overwrite
        Refusal.Of<CheckpointException>(() => RunFolder.Open(_run.Path).Folder.Restore(trainer), _run.StateFile, words);
        Assert.Equal(7, trainer.State.Adam.FirstMoments[0][0, 0]);
        Assert.Equal(before, NumbersOf(trainer));
    }

    [Theory]
    [InlineData(
        "",
        float.NaN,
        "expected a finite number that F32 can hold in 'decoder.output.bias', row 5, column 0, but found NaN")]
    [InlineData(
        "adam.first.",
        float.PositiveInfinity,
        "in 'adam.first.decoder.output.bias', row 5, column 0, but found Infinity")]
    [InlineData(
        "adam.second.",
        float.NaN,
        "expected a number of 0 or above in 'adam.second.decoder.output.bias', row 5, column 0, but found NaN")]
    [InlineData(
        "adam.second.",
        -1,
        "expected a number of 0 or above in 'adam.second.decoder.output.bias', row 5, column 0, but found -1")]
    [InlineData("best.", float.NegativeInfinity, "in 'best.decoder.output.bias', row 5, column 0, but found -Infinity")]
    public void A_state_with_a_number_that_cannot_be_is_refused_and_the_trainer_stays_as_it_is(
        string prefix, float number, string words)
    {
        var trainer = Trained();
        ChangeState(trainer, prefix + "decoder.output.bias", number);
        var before = NumbersOf(trainer);
        Refusal.Of<CheckpointException>(
            () => RunFolder.Open(_run.Path).Folder.Restore(trainer), _run.StateFile, "at byte ", words);
        Assert.Equal(before, NumbersOf(trainer));
    }

    // A gradient above 1e20 makes the moment infinite while the weights stay finite. Such a training can be resumed.
    [Fact]
    public void An_infinite_second_moment_of_Adam_is_restored()
    {
        var trainer = Trained();
        ChangeState(trainer, "adam.second.decoder.output.bias", float.PositiveInfinity);
        RunFolder.Open(_run.Path).Folder.Restore(trainer);
        Assert.Equal(float.PositiveInfinity, trainer.State.Adam.SecondMoments[^1][5, 0]);
    }

    [Theory, MemberData(nameof(Lines))]
    public void A_metrics_line_that_makes_no_sense_is_refused_with_its_number(string line, string words)
    {
        File.WriteAllText(_run.MetricsFile, File.ReadAllLines(_run.MetricsFile)[0] + "\n" + line + "\n");
        Refusal.Of<CheckpointException>(
            () => RunFolder.Open(_run.Path).Folder.ReadMetrics(),
            $"{_run.MetricsFile}, line 2: not the metrics of an epoch",
            words);
    }

    [Fact]
    public void Metrics_of_ten_thousand_million_bytes_are_refused_by_their_length()
    {
        SetLength(_run.MetricsFile, 10_000_000_000);
        Refusal.Of<CheckpointException>(
            () => RunFolder.Open(_run.Path).Folder.ReadMetrics(), _run.MetricsFile, "at most 268435456 bytes", "10000000000");
    }

    [Fact]
    public void Metrics_in_one_endless_line_are_refused_before_it_ends()
    {
        SetLength(_run.MetricsFile, 1 << 28);
        Refusal.Of<CheckpointException>(
            () => RunFolder.Open(_run.Path).Folder.ReadMetrics(),
            $"{_run.MetricsFile}, line 4",
            "at byte ",
            "at most 65536 bytes");
    }

    [Fact]
    public void Metrics_with_Windows_line_endings_are_read()
    {
        var folder = RunFolder.Open(_run.Path).Folder;
        var before = folder.ReadMetrics();
        File.WriteAllText(_run.MetricsFile, File.ReadAllText(_run.MetricsFile).ReplaceLineEndings("\r\n").TrimEnd());
        Assert.Equal(before, folder.ReadMetrics());
    }

    private static float[] NumbersOf(Trainer<float> trainer)
    {
        var matrices = trainer.State.Adam.Parameters.Select(parameter => parameter.Value).Concat(trainer.State.Best);
        return [.. matrices.SelectMany(matrix => matrix.ToColumnMajorArray()), trainer.State.Epoch];
    }

    private static void SetLength(string path, long length)
    {
        using var stream = File.OpenWrite(path);
        stream.SetLength(length);
    }

    private void Resume() => TrainingRun<float>.Resume(_run.Path, TinyRun.Data, TinyRun.Sha256, TinyRun.Product).Dispose();

    private Trainer<float> Trained()
    {
        var trainer = _run.NewTrainer();
        RunFolder.Open(_run.Path).Folder.Restore(trainer);
        return trainer;
    }

    private void ChangeRecord(string place, string json)
    {
        var root = JsonNode.Parse(File.ReadAllText(_run.RunFile))!;
        var names = place.Split('.');
        var part = names[..^1].Aggregate(root, (node, name) => node[name]!);
        part[names[^1]] = JsonNode.Parse(json);
        File.WriteAllText(_run.RunFile, root.ToJsonString());
    }

    private void ChangeState(Trainer<float> trainer, string key, string text)
        => WriteState(trainer, (_, _) => { }, metadata => metadata[key] = text);

    private void ChangeState(Trainer<float> trainer, string tensor, float last)
        => WriteState(
            trainer,
            (name, values) =>
            {
                if (name == tensor)
                {
                    values[values.RowCount - 1, values.ColumnCount - 1] = last;
                }
            },
            _ => { });

    private void WriteState(
        Trainer<float> trainer, Action<string, Matrix<float>> changeTensor, Action<Dictionary<string, string>> changeText)
    {
        using var file = SafeTensors.Read(_run.StateFile);
        var metadata = file.Metadata.ToDictionary();
        changeText(metadata);
        var tensors = file.Names.Select(name =>
        {
            var shape = trainer.Model.Parameters
                .Single(parameter => name.EndsWith(parameter.Name, StringComparison.Ordinal)).Value;
            var values = Matrix<float>.Build.Dense(shape.RowCount, shape.ColumnCount);
            file.Read(name, values);
            changeTensor(name, values);
            return (name, values);
        }).ToList();
        SafeTensors.Write(_run.StateFile, tensors, metadata);
    }
}
