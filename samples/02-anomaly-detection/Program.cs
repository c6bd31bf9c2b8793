using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;
using Vae.Formats;

// A machine that turns. Eight sensors see its angle, each in its own way: normal rows lie on a closed, twisted line in eight
// dimensions. With --linear the sensors see two hidden quantities, mixed: normal rows then lie in a plane, which is all that
// PCA can describe.
const int Latents = 2;
var linear = args.Contains("--linear");
string[] columns = ["front", "rear", "left", "right", "oil", "water", "shaft", "base"];
string[] kinds = ["normal", "one sensor", "late half", "weak", "strong"];

var number = 0;
Save("normal.csv", Enumerable.Range(0, 3000).Select(_ => Row("normal")));
var truth = Enumerable.Range(0, 1000).Select(i => kinds[i < 600 ? 0 : 1 + (i % 4)]).ToArray();
Save("mixed.csv", truth.Select(Row));

var (train, test) = (CsvTable.Read("normal.csv"), CsvTable.Read("mixed.csv"));
var options = new VaeOptions
{
    Features = train.Features,
    Hidden = [64, 64],
    Latent = Latents,
    Likelihood = Likelihood.GaussianWithVariance,
};
var adam = new AdamOptions { LearningRate = 2e-3 };
var training = new TrainingOptions { Epochs = 80, BatchSize = 64, ValidationSamples = 300, Adam = adam };
var model = VaeModel.Train(train, options, training, Scaling.Standard);

var vae = model.AnomalyScores(test);                                  // negative ELBO, nats
var pca = PcaErrors();
var strangeRows = truth.Count(kind => kind != "normal");
Console.WriteLine(
    $"{train.Count} normal rows, {test.Count} rows to score, {strangeRows} of them strange; {Latents} latents each");
Console.WriteLine($"{"ROC area",-12} {"VAE",6} {"PCA",6}");
foreach (var kind in kinds.Skip(1).Append("all"))
{
    Console.WriteLine($"{kind,-12} {RocArea(vae, kind),6:F3} {RocArea(pca, kind),6:F3}");
}

Console.WriteLine("the strangest rows:");
foreach (var row in Enumerable.Range(0, test.Count).OrderByDescending(row => vae[row]).Take(5))
{
    Console.WriteLine($"{test.SampleName(row)}: {vae[row]:F1} nats, {truth[row]}");
}

// The distance of each row from the plane that is nearest to the normal rows, both scaled as for the model.
double[] PcaErrors()
{
    var x = Matrix<double>.Build.DenseOfRows(Scaled(train));
    var axes = x.TransposeThisAndMultiply(x).Svd().U.SubMatrix(0, train.Features, 0, Latents);
    var rows = Scaled(test).Select(Vector<double>.Build.DenseOfEnumerable);
    return [.. rows.Select(row => (row - (axes * (axes.Transpose() * row))).L2Norm())];
}

IEnumerable<double[]> Scaled(Table table) => Enumerable.Range(0, table.Count).Select(row =>
{
    var numbers = new float[table.Features];
    table.Gather<float>([row], numbers);
    model.Preparation!.Transform(numbers);
    return Array.ConvertAll(numbers, number => (double)number);
});

// How often a strange row has a higher score than a normal one: 1 is perfect, 0.5 is a guess.
double RocArea(double[] scores, string kind)
{
    var normal = scores.Where((_, row) => truth[row] == "normal").ToArray();
    var strange = scores.Where((_, row) => truth[row] != "normal" && (kind == "all" || truth[row] == kind)).ToArray();
    return strange.Average(high => normal.Average(low => high > low ? 1 : high == low ? 0.5 : 0));
}

void Save(string path, IEnumerable<float[]> rows)
    => CsvOutput.Write(path, columns, rows.Select(row => new ReadOnlyMemory<float>(row)));

float[] Row(string kind)
{
    var (row, other) = (Reading(number++), Reading(number++));        // what the machine shows now, and at another moment
    return kind switch
    {
        "one sensor" => [.. row.Select((value, i) => i == number / 2 % 8 ? other[i] : value)], // one shows the other moment
        "late half" => [.. row[..4], .. other[4..]],                                           // four show the other moment
        "weak" => [.. row.Select(value => 0.6f * value)],                                      // all show too little
        "strong" => [.. row.Select(value => 1.5f * value)],                                    // all show too much
        _ => row,
    };
}

float[] Reading(int moment)
{
    var random = new float[10];
    new RandomDraws(Seed: 1, Purpose: 0, Step: (ulong)moment).FillNormal<float>(random);
    var angle = float.Atan2(random[8], random[9]);
    return [.. columns.Select((_, i) => (0.05f * random[i]) + (linear
        ? (random[8] * float.Cos(i)) + (random[9] * float.Sin(i))
        : float.Cos(((1 + (i % 3)) * angle) + i)))];
}
