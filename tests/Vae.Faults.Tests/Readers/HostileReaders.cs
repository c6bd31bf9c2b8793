using Vae.Formats;
using Vae.Mnist;
using Vae.Model;
using Vae.Parquet;

namespace Vae.Faults.Tests;

/// <summary>Every reader of the library. A new one is a line of the list and a method below it.</summary>
internal static class HostileReaders
{
    /// <summary>Each reader's name, and the function that prepares it in an empty folder.</summary>
    public static IReadOnlyDictionary<string, Func<ReaderFolder, HostileReader>> All { get; }
        = new Dictionary<string, Func<ReaderFolder, HostileReader>>
    {
        ["IDX files of images"] = folder => Images(folder, ""),
        ["gzipped IDX files of images"] = folder => Images(folder, ".gz"),
        ["IDX files of labels"] = folder => Labels(folder, ""),
        ["gzipped IDX files of labels"] = folder => Labels(folder, ".gz"),
        ["files compared with MNIST's checksums"] = folder => Compared(folder, ""),
        ["archives compared with MNIST's checksums"] = folder => Compared(folder, ".gz"),
        ["model files (safetensors)"] = Model,
        ["models with their description (safetensors)"] = Described,
        ["run.json files"] = Record,
        ["states (safetensors)"] = State,
        ["metrics.jsonl files"] = Metrics,
        ["tables (CSV)"] = Table,
        ["tables that runs keep (safetensors)"] = KeptTables.Reader,
        ["schemas of tables (JSON)"] = Schema,
        ["tables (Parquet)"] = Parquet,
    };

    /// <summary>The readers' names, for xunit.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Prepares a reader.</summary>
    public static HostileReader Make(string name, ReaderFolder folder) => All[name](folder) with { Name = name };

    private static HostileReader Images(ReaderFolder folder, string end)
    {
        var path = folder["images" + end];
        return new HostileReader
        {
            Name = "", Path = path, Form = FormOf(end), Refusal = typeof(DataFileException),
            Seeds = [.. SomeImages.Select(images => Written(path, () => IdxFile.WriteImages(path, images)))],
            Read = () =>
            {
                var images = IdxFile.ReadImages(path);
                return Sane(images.Count >= 1 && images.Image(images.Count - 1).Length == (long)images.Rows * images.Columns);
            },
        };
    }

    private static HostileReader Labels(ReaderFolder folder, string end)
    {
        var path = folder["labels" + end];
        byte[][] seeds = [[3], [.. Enumerable.Range(0, 60).Select(i => (byte)(i % 10))], new byte[500]];
        return new HostileReader
        {
            Name = "", Path = path, Form = FormOf(end), Refusal = typeof(DataFileException),
            Seeds = [.. seeds.Select(labels => Written(path, () => IdxFile.WriteLabels(path, labels)))],
            Read = () => Sane(IdxFile.ReadLabels(path).Length >= 1),
        };
    }

    // The check of a known file returns the problem as text and never throws.
    private static HostileReader Compared(ReaderFolder folder, string end)
    {
        var path = folder["compared" + end];
        var seed = Written(path, () => IdxFile.WriteImages(path, SomeImages[1]));
        IdxFile.WriteImages(folder["plain"], SomeImages[1]);
        var plain = File.ReadAllBytes(folder["plain"]);
        var expected = new MnistFile(
            "some-images", plain.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(plain)));
        return new HostileReader
        {
            Name = "", Path = path, Form = FormOf(end), Refusal = typeof(DataFileException), Seeds = [seed],
            Read = () =>
            {
                var problem = expected.FindProblem(path);
                return Sane(problem is null || (problem.Length < 300 && !problem.Any(char.IsControl))) && problem is null;
            },
        };
    }

    private static HostileReader Model(ReaderFolder folder)
    {
        var run = new TinyRun(folder["run"]);
        run.TrainAndSave();
        var model = new VariationalAutoencoder<float>(run.Shape, TinyRun.Product);
        var exact = new VariationalAutoencoder<double>(run.Shape).Initialise(5);
        return new HostileReader
        {
            Name = "", Path = run.ModelFile, Form = FileForm.SafeTensors, Refusal = typeof(CheckpointException),
            Seeds = [File.ReadAllBytes(run.ModelFile), Written(run.ModelFile, () => exact.Save(run.ModelFile))],
            Read = () =>
            {
                model.Load(run.ModelFile);
                return Sane(model.Parameters.All(parameter => AllFinite(parameter.Value)));
            },
        };
    }

    // The file alone decides the model and the preparation of its rows; the model is then used.
    private static HostileReader Described(ReaderFolder folder)
    {
        var path = folder["described"];
        var units = new Preparation(Scaling.MinMax, [1, -2, 3e10f, 0, 1e-20f, 5], [1, 2, 3e10f, 0.5f, 1e-20f, 7])
        {
            Columns = ["a", "b", "größe", "d,e", "\"", "f"],
        };
        VaeOptions[] shapes =
        [
            new VaeOptions { Features = 6, Hidden = [4, 3], Latent = 2 },
            new VaeOptions
            {
                Features = 6,
                Hidden = [5],
                Latent = 3,
                Classes = 2,
                Likelihood = Likelihood.GaussianPixelVariance,
                DecoderActivation = Vae.Math.Activation.Tanh,
            },
            new VaeOptions
            {
                Features = 6,
                Hidden = [2],
                Latent = 1,
                Likelihood = Likelihood.GaussianWithVariance,
                Draws = 3,
                Bound = Bound.ImportanceWeighted,
            },
        ];
        var models = shapes.Select(shape => new VariationalAutoencoder<float>(shape, TinyRun.Product).Initialise(5)).ToArray();
        return new HostileReader
        {
            Name = "", Path = path, Form = FileForm.SafeTensors, Refusal = typeof(CheckpointException),
            Seeds =
            [
                .. models.Select(model => Written(path, () => model.Save(path, units))),
                Written(path, () => models[0].Save(path)),
            ],
            Read = () =>
            {
                var model = VaeModel.Load(path);
                var classes = model.Options.Classes;
                double[] row = [.. model.Preparation?.Offset ?? Enumerable.Repeat(0.0, model.Features)];
                ISampleSource rows = new DoubleSamples([row]);
                rows = classes > 0 ? new LabelledSamples(rows, [0], classes) : rows;
                model.ReconstructAll(rows);
                Sane(!double.IsNaN(model.AnomalyScores(rows, draws: 2, seed: 1)[0]));
                return Sane(
                    model.Preparation is null || model.Preparation.Scale.All(scale => scale > 0 && double.IsFinite(scale)));
            },
        };
    }

    // The record decides which model is made: with its weights, and with its state for a resume.
    private static HostileReader Record(ReaderFolder folder)
    {
        var run = new TinyRun(folder["run"]);
        run.TrainAndSave();
        var other = new TinyRun(
            folder["other"],
            record => record with
            {
                Training = record.Training with
                {
                    Epochs = 400,
                    KeepBy = KeepBy.ValidationReconstruction,
                    Patience = 3,
                    Schedule = new Vae.Math.ScheduleOptions { Kind = Vae.Math.LearningRateSchedule.Step },
                },
                Model = record.Model with { Likelihood = Likelihood.Gaussian, KlWeight = 0.5, Pixels = Pixels.Threshold },
                Command = "vae train",
            });
        var prepared = new TinyRun(
            folder["prepared"],
            record => record with
            {
                Preparation = new Preparation(Scaling.MinMax, new double[6], [1, 1, 2, 1, 1, 1])
                {
                    Columns = ["a", "b", "größe", "d,e", "\"", "f"],
                },
                Data = record.Data with
                {
                    Rows = 0,
                    Columns = 0,
                    Request = "sales.csv",
                    Table = new TableRecord(HasHeader: true, DecimalComma: false),
                },
            });
        var described = new TinyRun(folder["described"], record => record with
        {
            Schema = new TableSchema([.. SomeSchema.Columns.Select(column => column with { Offset = 0, Scale = 1 })])
            {
                Scaling = Scaling.MinMax,
            },
        });
        return new HostileReader
        {
            Name = "", Path = run.RunFile, Form = FileForm.Json, Refusal = typeof(CheckpointException),
            Seeds = [.. new[] { run, other, prepared, described }.Select(one => File.ReadAllBytes(one.RunFile))],
            Read = () =>
            {
                var (opened, record) = RunFolder.Open(run.Path);
                var model = opened.LoadModel(record.Model, TinyRun.Product);
                using var resumed = TrainingRun<float>.Resume(run.Path, TinyRun.Data, TinyRun.Sha256, TinyRun.Product);
                return Sane(resumed.Trainer.State.Epoch == 3 && model.Parameters.Count == resumed.Trainer.Model.Parameters.Count);
            },
        };
    }

    // The state is restored and one step is trained: the training goes on, or says that it cannot.
    private static HostileReader State(ReaderFolder folder)
    {
        var run = new TinyRun(folder["run"]);
        var seeds = run.TrainAndSave();
        var trainer = run.NewTrainer();
        return new HostileReader
        {
            Name = "", Path = run.StateFile, Form = FileForm.SafeTensors, Refusal = typeof(CheckpointException), Seeds = seeds,
            Read = () =>
            {
                var (opened, _) = RunFolder.Open(run.Path);
                opened.Restore(trainer);
                var state = trainer.State;
                Sane(
                    trainer.Model.Parameters.All(parameter => AllFinite(parameter.Value))
                        && state.Adam.FirstMoments.All(AllFinite)
                        && state.Best.All(AllFinite));
                Sane(
                    state.Epoch >= 0
                        && state.Samples <= trainer.TrainingSampleCount
                        && state.Adam.StepCount >= 0
                        && state.BestEpoch <= state.Epoch);
                Sane(state.BestEpoch == 0 ? state.BestScore == double.PositiveInfinity : double.IsFinite(state.BestScore));
                Sane(opened.ReadMetrics().Count >= (state.Epoch > 0 ? 1 : 0));
                try
                {
                    trainer.Step();
                }
                catch (TrainingDivergedException)                     // weights of 1e38 are finite, what they make is not
                {
                }

                return true;
            },
        };
    }

    // The metrics are read as they are, and as a resume reads them: it drops unreadable lines and leaves none.
    private static HostileReader Metrics(ReaderFolder folder)
    {
        var run = new TinyRun(folder["run"]);
        run.TrainAndSave();
        var metrics = File.ReadAllBytes(run.MetricsFile);
        var trainer = run.NewTrainer();
        var (opened, _) = RunFolder.Open(run.Path);
        return new HostileReader
        {
            Name = "", Path = run.MetricsFile, Form = FileForm.Json, Refusal = typeof(CheckpointException),
            Seeds = [metrics, metrics[..(Array.IndexOf(metrics, (byte)'\n') + 1)], []],
            Read = () =>
            {
                CheckpointException? refusal = null;
                try
                {
                    Sane(opened.ReadMetrics().All(epoch => epoch.Epoch >= 1 && double.IsFinite(epoch.Training.Loss)));
                }
                catch (CheckpointException damaged)
                {
                    refusal = damaged;
                }

                opened.Restore(trainer);
                Sane(opened.ReadMetrics()[^1].Epoch == 3);
                return refusal is null ? true : throw refusal;
            },
        };
    }

    private static HostileReader Table(ReaderFolder folder)
    {
        var path = folder["table.csv"];
        string[] seeds =
        [
            "price,size,year\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i}.5,-{i}e-3,{1990 + i}\n")),
            "\uFEFF\"a, b\";\"say \"\"c\"\"\";note\r\n\"1\";2;text\r\n3;4;\"two\nlines\"\r\n",
            "a\n1\n",
        ];
        return new HostileReader
        {
            Name = "", Path = path, Form = FileForm.Csv, Refusal = typeof(TableException),
            Seeds =
            [
                .. seeds.Select(seed => System.Text.Encoding.UTF8.GetBytes(seed)),
                [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("ä\tb\n1\t2\n")],
                System.Text.Encoding.Latin1.GetBytes("größe;b\n0,5;1.234,5\n0,7;2.345,5\n"),
                Gzipped("# by us\n  a   b\n 0.5  1\n 0.7  2\n"u8),
            ],
            Read = () =>
            {
                using var table = CsvTable.Read(path);
                var all = new double[table.Features];
                for (var sample = 0; sample < table.Count; sample++)
                {
                    table.Gather<double>([sample], all);
                    Sane(all.All(number => !double.IsInfinity(number)) && table.SampleName(sample).Length > 0);
                }

                var names = table.Schema.Columns.Select(column => column.Name);
                return Sane(
                    table.Count >= 1 && names.Distinct().Count() == table.Schema.Columns.Count && table.Sha256.Length == 64);
            },
        };
    }

    // Files of other writers, because the library writes none; every value is read. Parquet.Net decodes them, for which no time
    // and no memory is promised: a read that it does not end is cancelled, as a person would, and counts as a refusal. It keeps a
    // thread busy all the same, so the trials are few, and without zstd, whose damaged files it often does not end.
    private static HostileReader Parquet(ReaderFolder folder)
    {
        var path = folder["table.parquet"];
        var golden = Solution.PathOf("tests", "Vae.Parquet.Tests", "Golden");
        return new HostileReader
        {
            Name = "", Path = path, Form = FileForm.Parquet, Refusal = typeof(ParquetTableException), IsBounded = false,
            Seeds =
            [
                .. Directory.GetFiles(golden, "*.parquet")
                    .Where(file => !file.Contains("hadoop") && !file.Contains("encodings") && !file.Contains("zstd"))
                    .Select(File.ReadAllBytes),
            ],
            Read = () =>
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
                try
                {
                    using var reader = ParquetTable.OpenReader(path, patience.Token);
                    while (reader.Read())
                    {
                        for (var field = 0; field < reader.FieldCount; field++)
                        {
                            Sane(reader.IsDBNull(field) || reader.GetFieldType(field).IsInstanceOfType(reader.GetValue(field)));
                        }
                    }

                    return true;
                }
                catch (OperationCanceledException)
                {
                    return false;
                }
            },
        };
    }

    private static HostileReader Schema(ReaderFolder folder)
    {
        var path = folder["schema.json"];
        const string people = """
            {"columns": [{"name": "a", "kind": "Real"}, {"kind": "flag", "name": "b", "levels": ["no", "yes"]},
              {"name": "c", "kind": "ordinal", "levels": {"low": 3, "high": 1}, "missing": ["-"], "width": 0}]}
            """;
        return new HostileReader
        {
            Name = "", Path = path, Form = FileForm.Json, Refusal = typeof(SchemaException),
            Seeds = [Written(path, () => SomeSchema.Save(path)), System.Text.Encoding.UTF8.GetBytes(people)],
            Read = () =>
            {
                var schema = TableSchema.Load(path);
                Sane(schema.Columns.Count >= 1 && schema.Columns.All(column => column.Scale > 0 && column.Name.Length > 0));
                schema.Save(path);
                return Sane(TableSchema.Load(path) == schema);
            },
        };
    }

    // Six columns are numbers, as many as a tiny run has features.
    private static TableSchema SomeSchema { get; } = new(
    [
        new ColumnSchema("größe", ColumnKind.Real) { Least = -1, Largest = 1e300, Offset = 1.7e9, Scale = 1e-3, Decimals = 3 },
        new ColumnSchema("a", ColumnKind.Positive) { Least = 0, Largest = 5 },
        new ColumnSchema("d,e", ColumnKind.Count) { Least = 0, Largest = 5 },
        new ColumnSchema("\"", ColumnKind.Flag) { Levels = ["no", "yes"], LevelCounts = [1, 2] },
        new ColumnSchema("day", ColumnKind.Date) { Least = 1, Largest = 2, DateFormat = "yyyy-MM-dd", Missing = ["-"] },
        new ColumnSchema("grade", ColumnKind.Ordinal) { Levels = ["1", "2", "3"], LevelCounts = [1, 2, 3] },
        new ColumnSchema("city", ColumnKind.Category)
        {
            Levels = ["Rome", "Orléans"], LevelCounts = [3, 2], PooledLevels = ["Ur"], PooledCounts = [1],
        },
        new ColumnSchema("id", ColumnKind.Id) { Width = 5 },
        new ColumnSchema("x", ColumnKind.Ignore),
    ])
    { Scaling = Scaling.Standard };

    private static ImageSet[] SomeImages { get; } =
    [
        new ImageSet(1, 1, [7]),
        new ImageSet(4, 5, [.. Enumerable.Range(0, 60).Select(i => (byte)(i * i))]),
        new ImageSet(28, 28, new byte[2 * 28 * 28]),
    ];

    private static FileForm FormOf(string end) => end.Length > 0 ? FileForm.Gzip : FileForm.Binary;

    private static byte[] Gzipped(ReadOnlySpan<byte> content)
    {
        using var archive = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(archive, System.IO.Compression.CompressionMode.Compress))
        {
            gzip.Write(content);
        }

        return archive.ToArray();
    }

    private static byte[] Written(string path, Action write)
    {
        write();
        return File.ReadAllBytes(path);
    }

    private static bool AllFinite(MathNet.Numerics.LinearAlgebra.Matrix<float> matrix)
        => matrix.ToColumnMajorArray().All(float.IsFinite);

    private static bool Sane(bool holds) => holds ? true : throw new InvalidOperationException("what was read is not sane");
}
