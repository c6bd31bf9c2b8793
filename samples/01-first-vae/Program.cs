using Vae.Math;
using Vae.Model;

// Any rows of numbers will do. Here a row is a day: 24 temperatures.
// Days mostly differ in how warm they are and how far the temperature swings.
IEnumerable<float[]> days = Enumerable.Range(0, 3000).Select(Day);
var data = ArraySamples.From(days);

// The model: 24 numbers, 32 hidden units, 2 latents. It learns how far its own guesses are off (the variance).
var options = new VaeOptions
{
    Features = data.Features,
    Hidden = [32],
    Latent = 2,
    Likelihood = Likelihood.GaussianWithVariance,
};
var training = new TrainingOptions
{
    Epochs = 30,
    BatchSize = 32,
    ValidationSamples = 300,
    Adam = new AdamOptions { LearningRate = 5e-3 },
};
var model = VaeModel.Train(data, options, training, Scaling.Standard, new EpochLines());

// New days, out of nothing but a seed. Like all that the model gives, they are in the data's own units.
foreach (var day in model.Sample(count: 3, seed: 1))
{
    Console.WriteLine($"a new day: {day[3]:F1} degrees at 3 o'clock, {day[15]:F1} at 15 o'clock");
}

// A row's place in the latent space, and what the model makes of that place.
var row = Day(3000);                                                  // a day it has not seen
var (latent, back) = (model.Encode(row), model.Reconstruct(row));
Console.WriteLine(
    $"a day of {row[3]:F1} and {row[15]:F1} degrees is at ({latent[0]:F2}, {latent[1]:F2}), "
        + $"which stands for {back[3]:F1} and {back[15]:F1}");

// One file holds weights, options and scaling.
model.Save("first-vae.safetensors");
var same = VaeModel.Load("first-vae.safetensors").Encode(row).AsSpan().SequenceEqual(latent);
Console.WriteLine($"saved, loaded, and {(same ? "the same to the last bit" : "not the same")}");
return same ? 0 : 1;

static float[] Day(int number)
{
    var random = new float[26];
    new RandomDraws(Seed: 1, Purpose: 0, Step: (ulong)number).FillNormal<float>(random);
    var (mean, swing) = (12 + (8 * random[24]), 4 * float.Exp(0.4f * random[25]));
    float At(int hour) => mean - (swing * float.Cos(float.Tau * (hour - 3) / 24)) + (0.5f * random[hour]);
    return [.. Enumerable.Range(0, 24).Select(At)];
}

// Told after each batch, on the training's own thread. Progress<T> would pass it on to other threads, and lines would come in
// any order.
internal sealed class EpochLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value is { Finished: { Validation: { } validation } epoch } && epoch.Epoch % 5 == 0)
        {
            Console.WriteLine($"epoch {epoch.Epoch}: {validation}");
        }
    }
}
