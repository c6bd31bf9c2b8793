using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vae.Math;
using Vae.Model;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default))
    .ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals);
var only = Scorer.Load(builder.Configuration["Model"] ?? "web-scoring.safetensors");
builder.Services.AddProblemDetails().AddSingleton(only)               // one for all requests: any number of threads may use it
    .AddHealthChecks().AddCheck("model", () => only.Works() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
await using var app = builder.Build();
app.UseStatusCodePages();                                             // problem details where a body is no JSON
app.MapHealthChecks("/health");
app.MapPost("/score", Results<Ok<Verdict>, ProblemHttpResult> ([FromBody] float[] row, Scorer scorer) =>
{
    try { return TypedResults.Ok(scorer.Score(row)); }
    catch (ArgumentException wrong) { return TypedResults.Problem(wrong.Message, statusCode: 400); } // a wrong length, infinity
});
if (!args.Contains("--self-test"))
{
    await app.RunAsync();
    return 0;
}

app.Urls.Add("http://127.0.0.1:0");                                   // any free port
await app.StartAsync();
using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
var failed = 0;
await Expect("health", 200, await client.GetAsync("/health"));
await Expect("a normal row", 200, await Post("[20.3, 41.2, 1.1]"), "\"strange\":false");
await Expect("a strange row", 200, await Post("[20, 60, 1]"), "\"strange\":true");
await Expect("a row beyond all measure", 200, await Post("[1e38, 1e38, 1e38]"), "\"strange\":true");
await Expect("a short row", 400, await Post("[20, 41]"), "Must have 3 numbers, but has 2");
await Expect("infinity", 400, await Post("[20, \"Infinity\", 1]"), "must be a finite number");
await Expect("a reading that is missing", 200, await Post("[20, \"NaN\", 1]"), "\"score\":");
await Expect("a missing number", 400, await Post("[20, null, 1]"));
await Expect("no JSON", 400, await Post("[20, 41"));
var requests = Enumerable.Range(0, 100).Select(async _ => await (await Post("[25, 50, 2]")).Content.ReadAsStringAsync());
var texts = await Task.WhenAll(requests);
Check("100 at once, one answer", texts.Distinct().Count() == 1 && texts[0].Contains("score", StringComparison.Ordinal), texts[0]);
return failed == 0 ? 0 : 1;

Task<HttpResponseMessage> Post(string json) => client.PostAsync("/score", new StringContent(json, null, "application/json"));
async Task Expect(string what, int status, HttpResponseMessage answer, string part = "")
{
    var (code, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    Check(what, code == status && text.Contains(part, StringComparison.Ordinal), $"{code} {text}");
}

void Check(string what, bool holds, string answer)
{
    failed += holds ? 0 : 1;
    Console.WriteLine($"{(holds ? "ok" : "FAILED")}: {what}: {answer}");
}

/// <summary>The model and the score above which a row is strange.</summary>
internal sealed class Scorer(VaeModel model, double threshold)
{
    private static readonly Histogram<double> Nats = new Meter("WebScoring").CreateHistogram<double>("webscoring.score", "{nat}");

    public static Scorer Load(string path)
    {
        var normal = ArraySamples.From(Enumerable.Range(0, 2000).Select(Reading));
        if (!File.Exists(path))
        {
            var shape = new VaeOptions { Features = 3, Hidden = [32], Latent = 1, Likelihood = Likelihood.GaussianWithVariance };
            var training = new TrainingOptions { Epochs = 30, BatchSize = 32, ValidationSamples = 200 };
            VaeModel.Train(normal, shape, training, Scaling.Standard).Save(path);
        }

        var model = VaeModel.Load(path);
        return new Scorer(model, model.AnomalyScores(normal).Order().ElementAt(1980)); // one normal row in a hundred is above it
    }

    public Verdict Score(float[] row)
    {
        var score = model.AnomalyScore(row);
        Nats.Record(score);
        return new Verdict(score, threshold, Strange: !(score <= threshold)); // NaN is strange
    }
    public bool Works() => double.IsFinite(model.AnomalyScore(Reading(0)));

    private static float[] Reading(int number)                        // temperature, pressure, vibration, as long as all is well
    {
        var random = new float[4];
        new RandomDraws(Seed: 1, Purpose: 0, Step: (ulong)number).FillNormal<float>(random);
        return [20 + (3 * random[0]), 40 + (6 * random[0]) + random[1], 1 + (0.3f * random[0] * random[0]) + (0.1f * random[2])];
    }
}

internal sealed record Verdict(double Score, double Threshold, bool Strange);

[JsonSerializable(typeof(float[])), JsonSerializable(typeof(Verdict))]
internal sealed partial class ServiceJson : JsonSerializerContext;
