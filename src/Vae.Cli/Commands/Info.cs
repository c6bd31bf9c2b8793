using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Info(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.RunIfAny();
        var product = CommonOptions.Product();
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "info",
            "Shows what computes here, and why: product, vectors, threads, runtime, processor; and what a run is.",
            "vae info",
            "vae info --product mkl",
            "vae info run").With(run, product, threads, json);
        command.SetAction(parsed =>
        {
            var chosen = ChosenProduct.ByName(parsed.GetValue(product)!, parsed.GetValue(threads), error);
            (string Key, string Text)[] facts =
            [
                ("version", Version ?? "unknown"),
                ("product", chosen.Value.Description),
                ("reason", chosen.Reason),
                ("vectors", SimdWidth.Bits == 0 ? "none" : $"{SimdWidth.Bits} bits"),
                ("threads", $"{chosen.Value.Team.Threads}"),
                ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
                ("processor", $"{Machine.Processor}, {Environment.ProcessorCount} logical"),
                ("system", RuntimeInformation.OSDescription),
                ("cache", new MnistLocator().CacheFolder),
                ("sparse", $"first layer: where at most {NonZeros.FewestWorthDense:P0} of a batch's inputs are not zero, "
                    + "and the product can"),
                .. parsed.GetValue(run) is { } path ? FactsOf(RunFolder.Open(path).Record) : [],
            ];
            if (parsed.GetValue(json))
            {
                var pairs = facts.Select(fact => KeyValuePair.Create<string, JsonNode?>(fact.Key, fact.Text));
                Session.WriteJson(new JsonObject(pairs), output);
                return 0;
            }

            foreach (var (key, text) in facts)
            {
                output.WriteLine($"{key,-10} {text}");
            }

            return 0;
        });
        return command;
    }

    private static string? Version
        => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static (string Key, string Text)[] FactsOf(RunRecord record) =>
    [
        ("run", record.Command),
        ("model", Session.ModelOf(record.Model)),
        ("objective", record.Formula),
        ("training", Session.TrainingOf(record)),
        ("data", $"{record.Data.Source}, {record.Data.Samples} samples"),
        ("trained by", record.Product),
        ("layer one", record.FirstLayer),
        ("started", $"{record.Started:u}"),
        .. (record.Changes ?? []).Select(change => ("changed", change)),
    ];
}
