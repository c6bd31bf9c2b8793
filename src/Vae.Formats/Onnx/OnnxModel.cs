using System.Reflection;
using Google.Protobuf;
using Vae.Model;
using static System.FormattableString;

namespace Vae.Formats;

/// <summary>A graph as an ONNX file.</summary>
/// <remarks>
/// Field numbers are those of the ONNX specification, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; the comment
/// after each names the field. Operators are those of opset 13 in version 7 of the format, both of December 2020 (ONNX 1.8):
/// the oldest pair in which every operator used here has its current form, so that ONNX Runtime from 1.6 on runs the files.
/// </remarks>
internal static class OnnxModel
{
    /// <summary>The version of the operator set.</summary>
    public const int Opset = 13;

    private const int IrVersion = 7;
    private const int MostBytes = int.MaxValue;                       // what protobuf reads back

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="metadata">Facts about the model, by name.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="NotSupportedException">The file would have 2 GB or more.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public static void Write(OnnxGraph graph, IReadOnlyList<(string Name, string Text)> metadata, string path)
    {
        var message = Message(graph, metadata);
        if (message.Length > MostBytes)
        {
            throw new NotSupportedException(
                Invariant($"{path}: an ONNX file has at most {MostBytes:N0} bytes, ")
                + Invariant($"but this one would have {message.Length:N0}. ")
                + "Take a smaller model; model.safetensors has no such limit.");
        }

        AtomicFile.Write(path, stream =>
        {
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            message.WriteTo(output);
        });
    }

    private static ProtobufMessage Message(OnnxGraph graph, IReadOnlyList<(string Name, string Text)> metadata)
    {
        var model = new ProtobufMessage()
            .Add(1, IrVersion)                                        // ir_version
            .Add(2, "VaeCore")                                        // producer_name
            .Add(3, Version)                                          // producer_version
            .Add(7, Message(graph))                                   // graph
            .Add(8, new ProtobufMessage().Add(1, "").Add(2, Opset));  // opset_import: domain, version
        foreach (var (name, text) in metadata)
        {
            model.Add(14, new ProtobufMessage().Add(1, name).Add(2, text)); // metadata_props: key, value
        }

        return model;
    }

    private static ProtobufMessage Message(OnnxGraph graph)
    {
        var message = new ProtobufMessage();
        AddAll(1, graph.Nodes, Message);                              // node
        message.Add(2, graph.Name);                                   // name
        AddAll(5, graph.Tensors, Message);                            // initializer
        AddAll(11, graph.Inputs, Message);                            // input
        AddAll(12, graph.Outputs, Message);                           // output
        return message;

        void AddAll<TPart>(int field, IEnumerable<TPart> parts, Func<TPart, ProtobufMessage> toMessage)
        {
            foreach (var part in parts)
            {
                message.Add(field, toMessage(part));
            }
        }
    }

    private static ProtobufMessage Message(OnnxNode node)
    {
        var message = new ProtobufMessage();
        foreach (var input in node.Inputs)
        {
            message.Add(1, input);                                    // input
        }

        foreach (var output in node.Outputs)
        {
            message.Add(2, output);                                   // output
        }

        message.Add(3, node.Outputs[0]).Add(4, node.Operator);        // name, op_type
        foreach (var (name, value) in node.Attributes)
        {
            message.Add(5, Message(name, value));                     // attribute
        }

        return message;
    }

    private static ProtobufMessage Message(string name, object value)
    {
        var attribute = new ProtobufMessage().Add(1, name);           // name
        switch (value)
        {
            case float number: return attribute.Add(2, number).Add(20, 1); // f, type FLOAT
            case long number: return attribute.Add(3, number).Add(20, 2);  // i, type INT
            default:
                foreach (var number in (long[])value)
                {
                    attribute.Add(8, number);                         // ints
                }

                return attribute.Add(20, 7);                          // type INTS
        }
    }

    private static ProtobufMessage Message(OnnxTensor tensor)
    {
        var message = new ProtobufMessage();
        foreach (var length in tensor.Shape)
        {
            message.Add(1, length);                                   // dims
        }

        return message
            .Add(2, (long)tensor.Type)                                // data_type
            .Add(8, tensor.Name)                                      // name
            .Add(9, tensor.Length, tensor.Bytes);                     // raw_data
    }

    private static ProtobufMessage Message(OnnxValue value)
    {
        var shape = new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, OnnxValue.Rows)); // dim: dim_param
        if (value.Columns is { } columns)
        {
            shape.Add(1, new ProtobufMessage().Add(1, columns));      // dim: dim_value
        }

        var tensor = new ProtobufMessage().Add(1, (long)value.Type).Add(2, shape);              // elem_type, shape
        return new ProtobufMessage().Add(1, value.Name).Add(2, new ProtobufMessage().Add(1, tensor)); // name, type: tensor_type
    }

    private static string Version => typeof(OnnxModel).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
