using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>A trained model of the report, measured on the test images.</summary>
internal sealed class TrainedModel
{
    private readonly ImageSet _test;
    private readonly int[] _all;

    public TrainedModel(ReportModel spec, TrainingRun<float> run, ImageSet test, double seconds)
    {
        Spec = spec;
        Run = run;
        Seconds = seconds;
        Space = new LatentSpace<float>(run.Trainer.Model);
        _test = test;
        _all = [.. Enumerable.Range(0, test.Count)];
        Test = new Evaluator<float>(run.Trainer.Model).Evaluate(test.Samples, run.Record.Training.Seed);
        Codes = Space.Encode(test.Samples, _all).Mean;
        SquaredErrorPerPixel = MeasureSquaredError();
    }

    public ReportModel Spec { get; }

    public TrainingRun<float> Run { get; }

    /// <summary>The seconds of its training, including those before a resume.</summary>
    public double Seconds { get; }

    public LatentSpace<float> Space { get; }

    /// <summary>The objective over the test images, with one draw of z for each.</summary>
    public Objective Test { get; }

    /// <summary>
    /// The number of latents whose posterior mean has a variance above 0.01 over the test images (Burda et al. 2015, section
    /// 5.2).
    /// </summary>
    public int ActiveLatents => Enumerable.Range(0, Codes.RowCount).Count(latent => CodesOf(latent).Variance() > 0.01);

    /// <summary>The posterior means of the test images, latents x images.</summary>
    public Matrix<float> Codes { get; }

    /// <summary>
    /// The squared error of reconstructions by the mean over the test images, comparable with principal components.
    /// </summary>
    public double SquaredErrorPerPixel { get; }

    public string Formula => Run.Record.Formula;

    /// <summary>The codes of one latent.</summary>
    public double[] CodesOf(int latent) => [.. Codes.Row(latent).Select(code => (double)code)];

    public Matrix<float> Reconstruct(int[] images) => Space.Reconstruct(_test.Samples, images);

    public Matrix<float> ReconstructAll() => Space.Decode(Codes);

    private double MeasureSquaredError()
    {
        var reconstructions = ReconstructAll();
        var sum = 0.0;
        for (var image = 0; image < _test.Count; image++)
        {
            var pixels = _test.Image(image);
            var given = reconstructions.ColumnSpan(image);
            for (var i = 0; i < given.Length; i++)
            {
                var difference = given[i] - (pixels[i] / 255.0);
                sum += difference * difference;
            }
        }

        return sum / _test.Length;
    }
}
