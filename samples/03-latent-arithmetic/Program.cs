using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

// Digits that are drawn by code, so that this runs anywhere; ImageData.FromFolder("folder") reads MNIST's files.
const int Side = 28;
var digits = ImageData.Drawn(seed: 1, trainImages: 8000, testImages: 200);
var options = new VaeOptions { Features = Side * Side, Hidden = [256, 128], Latent = 16 };
var training = new TrainingOptions { Epochs = 20, ValidationSamples = 500, Adam = new AdamOptions { LearningRate = 2e-3 } };
var model = VaeModel.Train(digits.Train.Samples, options, training);

var images = Enumerable.Range(0, 4000).Select(i => Pixels(digits.Train, i)).ToArray();
var latents = images.Select(image => Vector<float>.Build.Dense(model.Encode(image))).ToArray();
var moments = images.Select(image => ImageMoments.Of(image, Side)).ToArray();
var labels = digits.Train.Labels!;

// Two directions are learnt from the even digits alone, and tried on the odd ones.
var slant = Direction(moment => moment.Slant);
var ink = Direction(moment => moment.Ink);
var rows = new List<(string Name, Matrix<float> Images)>();
var (slants, inks) = (new double[5], new double[5]);
foreach (var digit in new[] { 1, 3, 5, 7, 9 })
{
    var image = Pixels(digits.Test, Array.IndexOf(digits.Test.Labels!, (byte)digit));
    var place = Vector<float>.Build.Dense(model.Encode(image));
    // From -3/4 to 3/4 of the direction.
    var leaning = Steps(5).Select(t => Decode(place + ((t - 0.5f) * 1.5f * slant))).ToArray();
    var inked = Steps(5).Select(t => Decode(place + ((t - 0.5f) * 1.5f * ink))).ToArray();
    for (var i = 0; i < 5; i++)
    {
        slants[i] += ImageMoments.Of(leaning[i], Side).Slant / 5;
        inks[i] += ImageMoments.Of(inked[i], Side).Ink / 5;
    }

    rows.Add(($"{digit}", Matrix<float>.Build.DenseOfColumnArrays([image, .. leaning, .. inked])));
}

// One digit less, another more: what is left of the first is how it was written.
foreach (var (from, to) in new[] { (3, 8), (1, 7), (4, 9) })
{
    var image = Pixels(digits.Test, Array.IndexOf(digits.Test.Labels!, (byte)from));
    var place = Vector<float>.Build.Dense(model.Encode(image));
    var change = Mean(OfLabel(to)) - Mean(OfLabel(from));
    var decoded = Steps(10).Select(t => Decode(place + (t * change)));
    rows.Add(($"{from} - {from} + {to}", Matrix<float>.Build.DenseOfColumnArrays([image, .. decoded])));
}

Png.Write("arithmetic.png", Drawing.Rows(rows, Side, scale: 2, title: "image, 5 slants, 5 inks - or image, digit to digit"));
var shown = string.Join(" ", slants.Select(value => $"{value:F2}"));
Console.WriteLine($"slant of the decoded images, mean of five odd digits: {shown}");
Console.WriteLine($"ink of the decoded images, mean of five odd digits: {string.Join(" ", inks.Select(value => $"{value:F0}"))}");
Console.WriteLine("wrote arithmetic.png");

// From the quarter with the least of something to the quarter with the most, within each even digit, averaged over them.
Vector<float> Direction(Func<ImageMoments, double> of)
{
    var sum = Vector<float>.Build.Dense(model.Latent);
    foreach (var digit in new[] { 0, 2, 4, 6, 8 })
    {
        var sorted = OfLabel(digit).OrderBy(i => of(moments[i])).ToArray();
        sum += Mean(sorted[^(sorted.Length / 4)..]) - Mean(sorted[..(sorted.Length / 4)]);
    }

    return sum / 5;
}

int[] OfLabel(int label) => [.. Enumerable.Range(0, latents.Length).Where(i => labels[i] == label)];

Vector<float> Mean(int[] which)
    => which.Aggregate(Vector<float>.Build.Dense(model.Latent), (sum, i) => sum + latents[i]) / which.Length;

float[] Decode(Vector<float> latent) => model.Decode(latent.ToArray());

static IEnumerable<float> Steps(int count) => Enumerable.Range(0, count).Select(i => i / (count - 1f));

static float[] Pixels(ImageSet images, int index)
{
    var pixels = new float[Side * Side];
    images.Samples.Gather<float>([index], pixels);
    return pixels;
}
