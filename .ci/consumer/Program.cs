// A stranger's program against the packed Vae.Model alone: trains on rows of numbers, saves, loads, samples. .ci/run puts it into a fresh project.
using Vae.Model;

const int Features = 6;

// Points on a line through six dimensions, between 0 and 1, and a little noise.
var random = new Random(1);
var rows = new float[2000][];
for (var i = 0; i < rows.Length; i++)
{
    var place = random.NextSingle();
    rows[i] = new float[Features];
    for (var feature = 0; feature < Features; feature++)
    {
        var value = feature % 2 == 0 ? place : 1 - place;
        rows[i][feature] = float.Clamp(value + (0.02f * (random.NextSingle() - 0.5f)), 0, 1);
    }
}

var samples = new ArraySamples(rows);
var options = new VaeOptions { Features = Features, Hidden = [32], Latent = 2, Likelihood = Likelihood.Gaussian, KlWeight = 0.01 };
var model = new VariationalAutoencoder<float>(options).Initialise(seed: 1);
double before = new Evaluator<float>(model).Evaluate(samples, seed: 1).Loss;

new Trainer<float>(model, samples, new TrainingOptions { Epochs = 20, BatchSize = 100, ValidationSamples = 200 }).Train();
double after = new Evaluator<float>(model).Evaluate(samples, seed: 1).Loss;
Console.WriteLine($"loss {before:F4} before, {after:F4} after");
model.Save("model.safetensors");

var loaded = new VariationalAutoencoder<float>(options);
loaded.Load("model.safetensors");
double again = new Evaluator<float>(loaded).Evaluate(samples, seed: 1).Loss;
var drawn = new LatentSpace<float>(loaded).Sample(count: 3, seed: 7);
Console.WriteLine(drawn.Transpose().ToString("F2"));

return after < before && again == after && drawn.RowCount == Features && drawn.ColumnCount == 3 ? 0 : 1;
