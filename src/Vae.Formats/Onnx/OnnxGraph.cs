namespace Vae.Formats;

/// <summary>A graph of operators in the making. Every method that adds something returns the name of what it gives, to be read
/// by the next.</summary>
/// <param name="name">The graph's name.</param>
internal sealed class OnnxGraph(string name)
{
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<OnnxTensor> _tensors = [];
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<float, string> _numbers = [];

    /// <summary>The graph's name.</summary>
    public string Name => name;

    /// <summary>What whoever runs the graph gives it.</summary>
    public IReadOnlyList<OnnxValue> Inputs => _inputs;

    /// <summary>What the graph gives.</summary>
    public IReadOnlyList<OnnxValue> Outputs => _outputs;

    /// <summary>What the graph brings along.</summary>
    public IReadOnlyList<OnnxTensor> Tensors => _tensors;

    /// <summary>The operators, each behind those whose outputs it reads.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>Adds an input, rows x columns, or with one number for each row.</summary>
    public string Input(string input, OnnxType type, int? columns)
    {
        _inputs.Add(new OnnxValue(input, type, columns));
        return input;
    }

    /// <summary>Makes a value an output of the graph, rows x columns, under a name of its own.</summary>
    public void Output(string output, string value, int columns)
    {
        _nodes.Add(new OnnxNode("Identity", [value], [output], []));
        _outputs.Add(new OnnxValue(output, OnnxType.Float, columns));
    }

    /// <summary>Adds numbers.</summary>
    public string Tensor(OnnxTensor tensor)
    {
        _tensors.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a number, to be read by an operator that takes one for all elements.</summary>
    public string Number(double value)
    {
        var number = (float)value;
        if (!_numbers.TryGetValue(number, out var known))
        {
            known = Tensor(OnnxTensor.Of($"number_{_numbers.Count}", () => [number]));
            _numbers.Add(number, known);
        }

        return known;
    }

    /// <summary>Adds an operator with one output and no attributes.</summary>
    public string Apply(string operation, params string[] inputs) => Apply(operation, inputs, []);

    /// <summary>Adds an operator with one output.</summary>
    public string Apply(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = NewName(operation);
        _nodes.Add(new OnnxNode(operation, inputs, [output], attributes));
        return output;
    }

    /// <summary>Parts rows x (first + second) in two by its columns.</summary>
    public (string First, string Second) Split(string value, int first, int second)
    {
        var lengths = Tensor(OnnxTensor.Of(NewName("lengths"), [first, second], 2));
        var (left, right) = (NewName("Split") + "_first", NewName("Split") + "_second");
        _nodes.Add(new OnnxNode("Split", [value, lengths], [left, right], [("axis", 1L)]));
        return (left, right);
    }

    private string NewName(string what) => $"{what}_{_nodes.Count}";
}
