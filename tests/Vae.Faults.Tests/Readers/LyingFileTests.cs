using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Vae.Faults.Tests;

/// <summary>
/// Well-formed files that lie, generated with FsCheck: headers and documents whose claims are false, alone and together.
/// </summary>
public class LyingFileTests
{
    [Theory]
    [InlineData("model files (safetensors)")]
    [InlineData("models with their description (safetensors)")]
    [InlineData("states (safetensors)")]
    [InlineData("tables that runs keep (safetensors)")]
    public void A_safetensors_header_that_lies_is_read_or_refused(string name)
        => Check(
            name,
            Hostile.Damages,
            (damages, seed) => damages.Aggregate(new DamagedHeader(seed), (header, damage) => header.With(damage)).File);

    [Theory]
    [InlineData("IDX files of images")]
    [InlineData("IDX files of labels")]
    public void An_IDX_header_that_lies_is_read_or_refused(string name)
        => Check(name, Hostile.IdxHeader, (file, _) => Hostile.IdxBytes(file.Numbers, file.Length));

    [Theory]
    [InlineData("gzipped IDX files of images")]
    [InlineData("gzipped IDX files of labels")]
    public void An_IDX_header_that_lies_in_an_archive_is_read_or_refused(string name)
        => Check(name, Hostile.IdxHeader, (file, _) => FileMutator.Gzip(Hostile.IdxBytes(file.Numbers, file.Length)));

    [Fact]
    public void A_record_that_lies_is_read_or_refused()
        => Check(
            "run.json files",
            Hostile.Replacements,
            (replacements, seed) => Encoding.UTF8.GetBytes(Hostile.Replaced(Encoding.UTF8.GetString(seed), replacements)));

    [Fact]
    public void A_description_of_a_model_that_lies_is_read_or_refused()
        => Check(
            "models with their description (safetensors)",
            Hostile.Replacements,
            (replacements, seed) => new DamagedHeader(seed)
                .WithText("vae_core", text => Hostile.Replaced(text, replacements)).File,
            what: "descriptions of models");

    [Fact]
    public void A_description_of_a_table_that_lies_is_read_or_refused()
        => Check(
            "tables that runs keep (safetensors)",
            Hostile.Replacements,
            (replacements, seed) => new DamagedHeader(seed)
                .WithLast(json => Encoding.UTF8.GetBytes(Hostile.Replaced(Encoding.UTF8.GetString(json), replacements))).File,
            what: "descriptions of tables");

    [Fact]
    public void Metrics_that_lie_are_read_or_refused()
        => Check(
            "metrics.jsonl files",
            Hostile.Replacements,
            (replacements, seed) => Encoding.UTF8.GetBytes(string.Concat(
                Encoding.UTF8.GetString(seed)
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => Hostile.Replaced(line, replacements) + "\n"))));

    private static void Check<T>(string name, Arbitrary<T> lies, Func<T, byte[], byte[]> fileOf, string? what = null)
    {
        using var folder = new ReaderFolder();
        var reader = HostileReaders.Make(name, folder);
        var trials = new ReaderTrials(reader);
        var count = Campaign.Trials(inShort: reader.Form is FileForm.Binary or FileForm.Gzip ? 2000 : 300, inLong: 20_000);
        const ulong Gamma = 0x9E3779B97F4A7C15;                         // must be odd
        var replay = new Replay(new Rnd((ulong)Campaign.Seed, Gamma), FSharpOption<int>.None);

        var withSeed = Arb.From(
            from seed in Gen.Choose(0, reader.Seeds.Count - 1) from lie in lies.Generator select (Seed: seed, Lie: lie),
            file => lies.Shrinker(file.Lie).Select(lie => (file.Seed, lie)));

        trials.ReadSeeds();
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(count).WithQuietOnSuccess(true).WithReplay(new FSharpOption<Replay>(replay));
        var trial = $"lying {name}, VAE_FAULTS_SEED={Campaign.Seed}";
        trials.Watched(
            () => Prop.ForAll(withSeed, file => trials.Try(fileOf(file.Lie, reader.Seeds[file.Seed]), trial)).Check(config));

        Campaign.Record($"{count:N0} lying {what ?? name}, seed {Campaign.Seed}", trials.Outcome);
        Assert.True(trials.SawBoth, trials.Outcome);
    }
}
