using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

var epochs = args.Length > 0 ? int.Parse(args[0]) : 10;
random.manual_seed(1);
using var data = Rows(Shapes.Draw(5000, seed: 1));
using var model = new Autoencoder();
using var adam = optim.Adam(model.parameters(), lr: 1e-3);
for (var epoch = 0; epoch < epochs; epoch++)
{
    using var order = randperm(data.shape[0]);
    foreach (var places in order.split(128))
    {
        using var scope = NewDisposeScope();
        adam.zero_grad();
        model.forward(data.index_select(0, places)).backward();
        adam.step();
        places.Dispose();
    }
}

using (no_grad())
{
    using var loss = model.forward(Rows(Shapes.Draw(1000, seed: 2)));
    Console.WriteLine($"negative ELBO of new images: {loss.item<float>():F2} nats");

    using var images = sigmoid(model.Decode(randn(16, 20)));
    Console.WriteLine($"{images.shape[0]} images of {images.shape[1]} pixels drawn");
}

model.save("model.dat");

static Tensor Rows(float[][] rows) => tensor(rows.SelectMany(row => row).ToArray()).reshape(rows.Length, -1);

internal sealed class Autoencoder : nn.Module<Tensor, Tensor>
{
    private readonly Linear _hidden = nn.Linear(784, 400);
    private readonly Linear _mean = nn.Linear(400, 20);
    private readonly Linear _logVariance = nn.Linear(400, 20);
    private readonly Linear _up = nn.Linear(20, 400);
    private readonly Linear _logits = nn.Linear(400, 784);

    public Autoencoder()
        : base("vae") => RegisterComponents();

    public Tensor Decode(Tensor latent) => _logits.forward(nn.functional.relu(_up.forward(latent)));

    // The negative ELBO, nats per row.
    public override Tensor forward(Tensor rows)
    {
        var hidden = nn.functional.relu(_hidden.forward(rows));
        var (mean, logVariance) = (_mean.forward(hidden), _logVariance.forward(hidden));
        var latent = mean + (randn_like(mean) * exp(0.5 * logVariance));
        var error = nn.functional.binary_cross_entropy_with_logits(Decode(latent), rows, reduction: nn.Reduction.Sum);
        var divergence = 0.5 * (mean.pow(2) + exp(logVariance) - logVariance - 1).sum();
        return (error + divergence) / rows.shape[0];
    }
}
