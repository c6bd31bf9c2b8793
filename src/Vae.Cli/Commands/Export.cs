using System.CommandLine;
using System.Text.RegularExpressions;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private const int OutputWidth = 118;
    private const int FewOutputs = 5;

    private static DocumentedCommand Export(TextWriter output)
    {
        var run = CommonOptions.Run();
        var folder = CommonOptions.Out("the folder for encoder.onnx and decoder.onnx", "onnx");
        var command = new DocumentedCommand(
            "export",
            "Writes the model as ONNX: the encoder (means and log-variances) and the decoder (E[x|z]). A table's model takes "
                + "values in the columns' own units, NaN for a missing one, and gives each column's distribution.",
            "vae export run --out onnx").With(run, folder);
        command.SetAction(parsed =>
        {
            var (_, record, model) = Session.Open(parsed.GetValue(run)!);
            var isByKind = record.IsByKind();
            var used = isByKind ? new VaeModel(model, record.Schema!) : new VaeModel(model, record.Preparation);
            foreach (var file in used.ExportOnnx(parsed.GetValue(folder)!))
            {
                var lines = Lines($"{file.Path}: {file.Inputs} -> {file.Outputs}; {file.Length:N0} bytes");
                output.WriteLine(string.Join($",{Environment.NewLine}  ", lines));
            }

            if (isByKind)
            {
                output.WriteLine($"not in the files: {OnnxTableMetadata.NotIncluded}");
            }

            return 0;
        });
        return command;
    }

    // Breaks a list of many outputs into lines. A comma before a letter stands between two outputs, another within a shape.
    private static IEnumerable<string> Lines(string text)
    {
        var line = "";
        var values = BetweenValues().Split(text);
        foreach (var value in values)
        {
            if (values.Length > FewOutputs && line.Length > 0 && line.Length + value.Length > OutputWidth)
            {
                yield return line;
                line = value;
            }
            else
            {
                line = line.Length == 0 ? value : $"{line}, {value}";
            }
        }

        yield return line;
    }

    [GeneratedRegex(", (?=[A-Za-z_])")]
    private static partial Regex BetweenValues();
}
