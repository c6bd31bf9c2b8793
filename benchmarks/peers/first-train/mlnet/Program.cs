using Microsoft.ML;
using Microsoft.ML.Data;

// No autoencoder: the nearest that there is, a linear projection to 20 numbers and its squared error as an anomaly score.
var context = new MLContext(seed: 1);
var data = context.Data.LoadFromEnumerable(Shapes.Draw(5000, seed: 1).Select(image => new Row { Features = image }));
var model = context.AnomalyDetection.Trainers.RandomizedPca(rank: 20).Fit(data);

var test = context.Data.LoadFromEnumerable(Shapes.Draw(1000, seed: 2).Select(image => new Row { Features = image }));
Console.WriteLine($"mean score of new images: {model.Transform(test).GetColumn<float>("Score").Average():F4}");
context.Model.Save(model, data.Schema, "model.zip");

internal sealed class Row
{
    [VectorType(784)]
    public float[] Features { get; set; } = [];
}
