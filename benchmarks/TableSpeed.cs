using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using Vae.Formats;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>Times our reader of tables (read, typed and coded) against CsvHelper's dynamic records and, where it is given,
/// another program, turn by turn, and each one's peak memory in a process of its own.</summary>
/// <remarks>
/// Arguments: a comma-separated file with a header, such as adult.csv; the rounds, 21 unless told; the other program, such as
/// <c>/usr/bin/python3 benchmarks/tables/read_csv.py --turns</c>, which gets the file as its last argument, reads it once for
/// each line of its input and answers with its peak memory in MB.
/// </remarks>
internal static class TableSpeed
{
    private const string Once = "--once";
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private static readonly (string Name, Action<string> Read)[] Readers =
    [
        ("CsvTable.Read", ReadOurs),
        ("GetRecords<dynamic>, kept", path => KeepDynamic(path)),
        ("the same, each value as a text", path => UseDynamic(path, (record, i) => record[i])),
        ("the same, each value tried as a number", path => UseDynamic(path, NumberOrText)),
        ("nothing", _ => { }),
    ];

    public static int Run(string[] arguments)
    {
        if (arguments is [Once, var which, var file])
        {
            Readers[int.Parse(which, CultureInfo.InvariantCulture)].Read(file);
            Console.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64);
            return 0;
        }

        if (arguments is not [var path, .. var rest])
        {
            Console.Error.WriteLine("tables-speed wants: FILE [ROUNDS [PROGRAM ARGUMENT ...]], such as adult.csv 21");
            return 2;
        }

        var rounds = rest is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 21;
        using var peer = rest is [_, var program, .. var words]
            ? Process.Start(new ProcessStartInfo(program, [.. words, path])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })
            : null;
        var rows = KeepDynamic(path);
        var timed = Readers[..^1].Select((reader, i) => (reader.Name, reader.Read, Peak: PeakMegabytes(i, path))).ToList();
        if (peer is not null)
        {
            timed.Add((string.Join(' ', rest[1..].Select(Path.GetFileName)), _ => Ask(peer), Ask(peer)));
        }

        var times = Alternation.Run(rounds, Turn, [.. timed.Select(reader => (Action)(() => reader.Read(path)))]);
        peer?.StandardInput.Close();
        Console.WriteLine($"{Path.GetFileName(path)}: {rows} rows, {new FileInfo(path).Length / 1e6:F1} MB, {rounds} rounds");
        Console.WriteLine("| reader | ms | rows/s | its time / ours | peak memory, MB |");
        Console.WriteLine("|---|---|---|---|---|");
        for (var i = 0; i < timed.Count; i++)
        {
            var median = Alternation.Median(times[i]);
            Console.WriteLine(FormattableString.Invariant(
                $"| {timed[i].Name} | {1000 * median:F1} | {rows / median:F0} | {Alternation.Ratio(times[i], times[0]):F2} | ")
                + $"{timed[i].Peak:F0} |");
        }

        Console.WriteLine($"a process that reads nothing: {PeakMegabytes(Readers.Length - 1, path):F0} MB");
        return 0;
    }

    private static double Ask(Process peer)
    {
        peer.StandardInput.WriteLine();
        peer.StandardInput.Flush();
        return double.Parse(peer.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    private static void ReadOurs(string path)
    {
        using var table = CsvTable.Read(path);
    }

    private static int KeepDynamic(string path)
    {
        using var reader = CsvReader.Create(File.OpenRead(path), new CsvReaderOptions());
        var records = reader.GetRecords<dynamic>().ToList();
        return records.Count;
    }

    private static void UseDynamic(string path, Func<CsvDynamicRecord, int, object?> value)
    {
        using var reader = CsvReader.Create(File.OpenRead(path), new CsvReaderOptions());
        var rows = new List<object?[]>();
        foreach (CsvDynamicRecord record in reader.GetRecords<dynamic>())
        {
            var row = new object?[record.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = value(record, i);
            }

            rows.Add(row);
        }
    }

    private static object? NumberOrText(CsvDynamicRecord record, int field)
        => double.TryParse(record.GetSpan(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : record[field];

    private static double PeakMegabytes(int reader, string path)
    {
        var program = Environment.ProcessPath!;
        string[] arguments = ["tables-speed", Once, $"{reader}", path];
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? [typeof(TableSpeed).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Trim().Split('\n');
        process.WaitForExit();
        return long.Parse(lines[^1], CultureInfo.InvariantCulture) / 1e6;
    }
}
