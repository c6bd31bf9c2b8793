using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Vae.Formats;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Measures the time for one row: <see cref="VaeModel"/> against ONNX Runtime on the same weights, turn by turn, each with its
/// memory made before.
/// </summary>
/// <remarks>
/// Argument: rounds, such as <c>2000</c>. ONNX Runtime has one thread, as we have: with two it is slower at these sizes.
/// </remarks>
internal static class Latency
{
    private const int Digit = 784;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    private static readonly (string Name, VaeOptions Options)[] Models =
    [
        ("table 10-64-64-2",
            new VaeOptions { Features = 10, Hidden = [64, 64], Latent = 2, Likelihood = Likelihood.GaussianWithVariance }),
        ("digit 784-400-20", new VaeOptions { Features = 784, Hidden = [400], Latent = 20 }),
        ("digit 784-400-400-20", new VaeOptions { Features = 784, Hidden = [400, 400], Latent = 20 }),
    ];

    public static int Run(string[] arguments)
    {
        var rounds = arguments is [var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var given) && given > 0
            ? given
            : 2000;
        var digit = new float[Digit];
        Digits.Load().Test.Samples.Gather<float>([0], digit);
        Console.WriteLine(
            $"microseconds a row, medians of {rounds} turns of {Turn.TotalMilliseconds} ms each; "
                + $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, one thread each");
        Console.WriteLine($"{"",-22} {"",-12} {"VaeModel",9} {"ORT",9} {"ORT / ours",11}  {"largest difference",18}");
        foreach (var (name, options) in Models)
        {
            Measure(
                name,
                options,
                options.Features == digit.Length ? digit : [.. Enumerable.Range(0, options.Features).Select(i => float.Sin(i))],
                rounds);
        }

        return 0;
    }

    private static void Measure(string name, VaeOptions options, float[] row, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("vae-latency-").FullName;
        try
        {
            var trained = new VariationalAutoencoder<float>(options).Initialise(seed: 1);
            // Rows of a table are scaled, here and in the ONNX file.
            var model = new VaeModel(trained, options.Features == Digit ? null : Standardised(options.Features));
            var files = model.ExportOnnx(folder);
            float[] mean = new float[options.Latent], logVariance = new float[options.Latent];
            var decoded = new float[options.Features];
            using var encoder = new OnnxRow(files[0].Path, row, ("mean", options.Latent), ("log_variance", options.Latent));
            model.Encode(row, mean, logVariance);
            using var decoder = new OnnxRow(files[1].Path, [.. mean], ("x", options.Features));
            Compare(name, "encode", rounds, () => model.Encode(row, mean, logVariance), encoder, mean);
            Compare(name, "decode", rounds, () => model.Decode(mean, decoded), decoder, decoded);
            Compare(name, "reconstruct", rounds, () => model.Reconstruct(row, decoded), new Both(encoder, decoder), decoded);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Preparation Standardised(int features)
        => new(
            Model.Scaling.Standard,
            [.. Enumerable.Range(0, features).Select(i => 0.1f * i)],
            [.. Enumerable.Range(0, features).Select(i => 1 + (0.3f * i))]);

    private static void Compare(string name, string what, int rounds, Action ours, IOnnx theirs, float[] result)
    {
        for (var i = 0; i < 2000; i++)                                // compiled to the last tier
        {
            ours();
            theirs.Run();
        }

        var difference = result.Zip(theirs.Result, (a, b) => float.Abs(a - b)).Max();
        var seconds = Alternation.RunFinely(rounds, Turn, ours, theirs.Run);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-22} {what,-12} {1e6 * Alternation.Median(seconds[0]),9:F2} {1e6 * Alternation.Median(seconds[1]),9:F2} "
                + $"{Alternation.Ratio(seconds[1], seconds[0]),11:F2}  {difference,18:0.0e+00}"));
    }

    private interface IOnnx
    {
        float[] Result { get; }

        void Run();
    }

    private sealed class Both(OnnxRow encoder, OnnxRow decoder) : IOnnx
    {
        public float[] Result => decoder.Result;

        public void Run()
        {
            encoder.Run();
            encoder.Result.CopyTo(decoder.Input, 0);
            decoder.Run();
        }
    }

    // Values over memory that stays where it is: nothing is copied or made in a call.
    private sealed class OnnxRow : IOnnx, IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _run = new();
        private readonly OrtValue[] _inputs;
        private readonly OrtValue[] _outputs;
        private readonly string[] _inputNames;
        private readonly string[] _outputNames;

        public OnnxRow(string path, float[] input, params (string Name, int Length)[] outputs)
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            };
            _session = new InferenceSession(path, options);
            _inputNames = [.. _session.InputMetadata.Keys];
            _outputNames = [.. outputs.Select(output => output.Name)];
            Input = input;
            _inputs = [OrtValue.CreateTensorValueFromMemory(input, [1, input.Length])];
            Result = new float[outputs[0].Length];
            var others = outputs[1..]
                .Select(output => OrtValue.CreateTensorValueFromMemory(new float[output.Length], [1, output.Length]));
            _outputs = [OrtValue.CreateTensorValueFromMemory(Result, [1, Result.Length]), .. others];
        }

        public float[] Input { get; }

        public float[] Result { get; }

        public void Run() => _session.Run(_run, _inputNames, _inputs, _outputNames, _outputs);

        public void Dispose()
        {
            foreach (var value in _inputs.Concat(_outputs))
            {
                value.Dispose();
            }

            _run.Dispose();
            _session.Dispose();
        }
    }
}
