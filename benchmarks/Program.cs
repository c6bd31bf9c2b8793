using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vae.Benchmarks;

Console.WriteLine(Machine.Description);
switch (args)
{
    case ["epochs", .. var rest]: return EpochTimer.Run(rest);
    case ["peak"]: Ratios.Peak(10); return 0;
    case ["ratios", .. var rest]: return Ratios.Run(rest);
    case ["step", .. var rest]: return StepAnatomy.Run(rest);
}

// In this process: the machine is shared, so ratios within a run are what counts, and no project has to be generated.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddExporter(MarkdownExporter.GitHub)
    .AddLogger(ConsoleLogger.Default);
BenchmarkSwitcher.FromAssembly(typeof(Machine).Assembly).Run(args, config);
return 0;
