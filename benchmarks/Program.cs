using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Vae.Benchmarks;

if (args is ["bits"])
{
    return Bits.Run();                                                // nothing of this machine in what it prints
}

if (args is ["rows", .. var wanted])
{
    return TableRows.Run(wanted);                                     // nothing but the table on standard output
}

Console.WriteLine(Machine.Description);
switch (args)
{
    case ["epochs", .. var rest]: return EpochTimer.Run(rest);
    case ["evaluation", .. var rest]: return EvaluationTimer.Run(rest);
    case ["large", .. var rest]: return LargeData.Run(rest);
    case ["latency", .. var rest]: return Latency.Run(rest);
    case ["peak"]: Ratios.Peak(10); return 0;
    case ["scaling", .. var rest]: return Scaling.Run(rest);
    case ["ratios", .. var rest]: return Ratios.Run(rest);
    case ["step", .. var rest]: return StepAnatomy.Run(rest);
    case ["tables-read", .. var rest]: return TablesRead.Run(rest);
    case ["tables-kinds", .. var rest]: return TablesRead.RunKinds(rest);
    case ["tables-speed", .. var rest]: return TableSpeed.Run(rest);
    case ["zinb"]: return ZeroInflatedCounts.Run();
}

Ratios.UseTheRightKernels();
var isShort = args is ["short", ..];
var length = isShort
    ? Job.Default.WithWarmupCount(6).WithIterationCount(3).WithIterationTime(TimeInterval.FromMilliseconds(60))
    : Job.ShortRun;
var job = length
    .WithToolchain(InProcessEmitToolchain.Instance);                  // in this process: no project has to be generated
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .HideColumns(Column.Error, Column.StdDev, Column.Median, Column.RatioSD)
    .AddExporter(MarkdownExporter.GitHub)
    .AddLogger(isShort ? NullLogger.Instance : ConsoleLogger.Default)
    .WithOptions(isShort ? ConfigOptions.DisableLogFile : ConfigOptions.Default);
if (!isShort)
{
    BenchmarkSwitcher.FromAssembly(typeof(Machine).Assembly).Run(args, config);
    return 0;
}

var clock = System.Diagnostics.Stopwatch.StartNew();
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Machine).Assembly)
    .Run(["--filter", .. args is [_] ? ["*"] : args[1..]], config).ToArray();
var path = Path.GetFullPath(Path.Combine("BenchmarkDotNet.Artifacts", "short.md"));
Console.WriteLine(ShortTable.Write(summaries, path));
Console.WriteLine(
    $"{summaries.Sum(summary => summary.Reports.Length)} benchmarks in {clock.Elapsed.TotalSeconds:F0} s; "
        + $"the tables are in {path}");
return summaries.Length > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors) ? 0 : 1;
