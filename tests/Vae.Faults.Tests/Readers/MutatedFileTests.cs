namespace Vae.Faults.Tests;

/// <summary>Good files damaged at random, by the ten thousand.</summary>
public class MutatedFileTests
{
    public static TheoryData<string> Readers => HostileReaders.Names;

    [Theory, MemberData(nameof(Readers))]
    public void A_damaged_file_is_read_or_refused(string name)
    {
        using var folder = new ReaderFolder();
        var reader = HostileReaders.Make(name, folder);
        var trials = new ReaderTrials(reader);
        var count = Campaign.Trials(inShort: reader.IsBounded ? 2000 : 50, inLong: reader.IsBounded ? 100_000 : 2000);

        trials.ReadSeeds();
        trials.Run(count, Campaign.Seed, random => FileMutator.Mutate(random, reader));

        Campaign.Record($"{count:N0} mutated {name}, seed {Campaign.Seed}", trials.Outcome);
        Assert.True(trials.SawBoth, trials.Outcome);
    }
}
