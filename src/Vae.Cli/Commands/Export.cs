using System.CommandLine;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Export(TextWriter output)
    {
        var run = CommonOptions.Run();
        var folder = CommonOptions.Out("the folder for encoder.onnx and decoder.onnx", "onnx");
        var command = new DocumentedCommand(
            "export",
            "Writes the model as ONNX: the encoder (means and log-variances) and the decoder (E[x|z]).",
            "vae export run --out onnx").With(run, folder);
        command.SetAction(parsed =>
        {
            var (_, record, model) = Session.Open(parsed.GetValue(run)!);
            foreach (var file in new VaeModel(model, record.Preparation).ExportOnnx(parsed.GetValue(folder)!))
            {
                output.WriteLine($"{file.Path}: {file.Inputs} -> {file.Outputs}; {file.Length:N0} bytes");
            }

            return 0;
        });
        return command;
    }
}
