using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;

namespace Vae.Benchmarks;

/// <summary>
/// The short form's results as Markdown: a table for each suite, and the products with a column for whatever multiplies.
/// </summary>
internal static class ShortTable
{
    private const string Product = nameof(ProductBenchmarks.Product);

    /// <summary>Writes the tables to a file.</summary>
    public static string Write(IEnumerable<Summary> summaries, string path)
    {
        var text = new StringBuilder(
            $"# Benchmarks, short form{Environment.NewLine}{Environment.NewLine}{Machine.Description}{Environment.NewLine}");
        text.AppendLine(
            "Three iterations of 60 ms each: for an impression, and for ratios within a line. "
                + "Microseconds; allocated bytes a call where there are any.");
        var reports = summaries.SelectMany(summary => summary.Reports).Where(report => report.ResultStatistics is not null);
        foreach (var suite in reports.GroupBy(report => report.BenchmarkCase.Descriptor.Type))
        {
            var arguments = suite.Key.GenericTypeArguments;
            var name = suite.Key.Name.Split('`')[0].Replace("Benchmarks", "", StringComparison.Ordinal);
            text.AppendLine().Append("## ").Append(name);
            text.AppendLine(arguments.Length > 0 ? $" ({arguments[0].Name})" : "").AppendLine();
            if (suite.Key == typeof(ProductBenchmarks))
            {
                WriteProducts(suite, text);
            }
            else
            {
                WriteMethods(suite, text);
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
        return text.ToString();
    }

    private static void WriteMethods(IEnumerable<BenchmarkReport> suite, StringBuilder text)
    {
        text.AppendLine("| benchmark | us | allocated |").AppendLine("|---|---|---|");
        foreach (var report in suite)
        {
            var parameters = string.Join(", ", report.BenchmarkCase.Parameters.Items.Select(item => $"{item.Name} {item.Value}"));
            var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
            var (method, allocated) = (report.BenchmarkCase.Descriptor.WorkloadMethod.Name, bytes == 0 ? "" : $"{bytes} B");
            text.AppendLine(
                CultureInfo.InvariantCulture, $"| {method} {parameters} | {Microseconds(report)} | {allocated} |");
        }
    }

    private static void WriteProducts(IEnumerable<BenchmarkReport> suite, StringBuilder text)
    {
        string[] products = [.. ProductBenchmarks.Products];
        text.AppendLine($"| shape | {string.Join(" | ", products)} |")
            .AppendLine($"|---|{string.Concat(products.Select(_ => "---|"))}");
        foreach (var shape in suite.GroupBy(report => report.BenchmarkCase.Parameters[nameof(ProductBenchmarks.Shape)]))
        {
            var cells = products.Select(
                name => shape.FirstOrDefault(report => (string)report.BenchmarkCase.Parameters[Product] == name) is { } report
                    ? Microseconds(report)
                    : "");
            text.AppendLine($"| {shape.Key} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Microseconds(BenchmarkReport report)
        => (report.ResultStatistics!.Mean / 1000).ToString("F1", CultureInfo.InvariantCulture);
}
