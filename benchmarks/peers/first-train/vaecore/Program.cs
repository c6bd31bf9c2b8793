using Vae.Model;

var epochs = args.Length > 0 ? int.Parse(args[0]) : 10;
var options = new VaeOptions { Features = 784, Hidden = [400], Latent = 20 };
var training = new TrainingOptions { Epochs = epochs, BatchSize = 128, ValidationSamples = 0 };
var model = VaeModel.Train(new ArraySamples(Shapes.Draw(5000, seed: 1)), options, training);

var loss = model.AnomalyScores(new ArraySamples(Shapes.Draw(1000, seed: 2))).Average();
Console.WriteLine($"negative ELBO of new images: {loss:F2} nats");

float[][] images = model.Sample(16, seed: 1);
Console.WriteLine($"{images.Length} images of {images[0].Length} pixels drawn");
model.Save("model.safetensors");
