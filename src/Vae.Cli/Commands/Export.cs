using System.CommandLine;
using Vae.Formats;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Export(TextWriter output)
    {
        var run = CommonOptions.Run();
        var folder = CommonOptions.Out("the folder for encoder.onnx and decoder.onnx", "onnx");
        var command = new DocumentedCommand(
            "export", "Writes the model as ONNX, for whatever runs that: the encoder (means and log-variances) and the decoder (E[x|z]).", "vae export run --out onnx")
            .With(run, folder);
        command.SetAction(parsed =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!);
            var preparation = record.Preparation;                     // so that the files take and give the data's own units
            var names = preparation?.Columns is { Count: > 0 } columns ? columns : null;
            foreach (var file in model.ExportOnnx(parsed.GetValue(folder)!, preparation?.Offset, preparation?.Scale, names))
            {
                output.WriteLine($"{file.Path}: {file.Inputs} -> {file.Outputs}; {file.Length:N0} bytes");
            }

            return 0;
        });
        return command;
    }
}
