using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Schema(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var file = new Argument<string>("TABLE")
        {
            Description = "the table: a .csv, .csv.gz or .parquet file, or - for standard input",
        };
        var table = new TableArguments(takesLists: false);
        var into = new Option<string?>("--out")
        {
            Description = "also write the columns to this file, to be edited and given to --schema",
            CustomParser = result => CommonOptions.NotEmpty(result, "a file"),
            HelpName = "FILE",
        };
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "schema",
            "Shows the columns of a table: kind, levels or range, missing values, examples and the reason of the kind; "
                + "and what to look at.",
            "vae schema sales.csv",
            "vae schema sales.csv --kind zip=category --id name",
            "vae schema sales.csv --out sales.json",
            "vae train --data sales.csv --schema sales.json --out sales").With(file)
            .WithGroup("Options", into, json, quiet)
            .WithGroup("A table", table.All);
        command.SetAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var display = Display.For(error, parsed.GetValue(quiet) || parsed.GetValue(json));
            using var read = TableReading.Read(path, table.Request(parsed), null, input, display, cancellationToken);
            if (parsed.GetValue(into) is { } target)
            {
                read.Table.Schema.Save(target);
            }

            var opened = read.ByKind();                               // the notes are those of a training

            if (parsed.GetValue(json))
            {
                Session.WriteJson(JsonOf(opened, path), output);
                return Task.FromResult(0);
            }

            WriteSchema(opened, path, output);
            if (parsed.GetValue(into) is { } written)
            {
                output.WriteLine($"{written}: {opened.Table.Schema.Columns.Count:N0} columns, for --schema");
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static void WriteSchema(OpenedTable opened, string path, TextWriter output)
    {
        var table = opened.Table;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{TableReading.NameOf(path)}: {table.Count:N0} rows, {table.Schema.Columns.Count:N0} columns"));
        if (opened.Dialect is not null)
        {
            output.WriteLine(opened.Dialect);
        }

        output.WriteLine();
        SchemaPrinter.Write(table.Findings, output);
        string[] notes = [.. opened.Notes];
        if (notes.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("Please look at:");
        }

        foreach (var note in notes)
        {
            output.WriteLine($"  {note}");
        }
    }

    private static JsonObject JsonOf(OpenedTable opened, string path) => new()
    {
        ["data"] = TableReading.NameOf(path),
        ["rows"] = opened.Table.Count,
        ["dialect"] = opened.Dialect,
        ["notes"] = new JsonArray([.. opened.Notes.Select(note => JsonValue.Create(note))]),
        ["columns"] = new JsonArray([.. opened.Table.Findings.Select(SchemaPrinter.Json)]),
    };
}
