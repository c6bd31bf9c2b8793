using System.Reflection;
using System.Reflection.Emit;
using System.Xml.Linq;
using Vae.Formats;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Api.Tests;

/// <summary>
/// Documentation that the compiler does not require: type parameters, and the exceptions that a member throws itself.
/// </summary>
public class DocumentationTests
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static TheoryData<string> Libraries
    {
        get
        {
            Type[] oneOfEach = [typeof(CsvTable), typeof(SimdProduct<>), typeof(IdxFile), typeof(VaeOptions)];
            return [.. oneOfEach.Select(type => type.Assembly.Location)];
        }
    }

    [Theory, MemberData(nameof(Libraries))]
    public void Every_type_parameter_is_documented(string library)
    {
        var documents = Read(library);
        var missing = new List<string>();
        foreach (var type in Assembly.LoadFrom(library).GetExportedTypes())
        {
            Require(
                $"{type}",
                type.DeclaringType is null ? type.GetGenericArguments() : [],
                documents.GetValueOrDefault($"T:{NameOf(type)}"));
            foreach (var method in type.GetMethods(Own).Where(method => method.IsGenericMethodDefinition))
            {
                Require($"{type}.{method}", method.GetGenericArguments(), Find(documents, method));
            }
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing));

        void Require(string member, Type[] parameters, XElement? document)
        {
            if (document is not null)                                 // inherited otherwise
            {
                var names = parameters.Select(parameter => parameter.Name).Except(Names(document, "typeparam", "name"));
                missing.AddRange(names.Select(name => $"{member}: {name}"));
            }
        }
    }

    [Theory, MemberData(nameof(Libraries))]
    public void Every_exception_that_a_public_member_throws_itself_is_documented(string library)
    {
        var documents = Read(library);
        var (missing, seen) = (new List<string>(), 0);
        foreach (var type in Assembly.LoadFrom(library).GetExportedTypes())
        {
            var methods = type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));
            foreach (var method in methods.Where(method => !method.IsAbstract))
            {
                if (Find(documents, method) is { } document)
                {
                    var thrown = Thrown(method).Distinct().ToList();
                    seen += thrown.Count;
                    var unnamed = thrown.Where(exception => !IsNamed(exception, document));
                    missing.AddRange(unnamed.Select(exception => $"{type}.{method}: {exception.Name}"));
                }
            }
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing));
        Assert.True(
            seen > (Path.GetFileName(library) == "Vae.Formats.dll" ? 5 : 10),
            $"Only {seen} exceptions were seen: is this test blind?");
    }

    // An exception is named itself or by a base class; ArgumentNullException must be named itself.
    private static bool IsNamed(Type exception, XElement document)
    {
        var named = Names(document, "exception", "cref").Select(name => name[(name.LastIndexOf('.') + 1)..]).ToList();
        return named.Contains(exception.Name)
            || (exception != typeof(ArgumentNullException)
                && exception.BaseType is { } wider
                && wider != typeof(Exception)
                && IsNamed(wider, document));
    }

    private static Dictionary<string, XElement> Read(string library)
        => XDocument.Load(Path.ChangeExtension(library, ".xml"))
            .Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

    private static IEnumerable<string> Names(XElement document, string element, string attribute)
        => document.Elements(element).Select(found => (string)found.Attribute(attribute)!);

    private static string NameOf(Type type)
        => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    // Overloads are told apart by the names of their parameters. No document is returned where two fit or none does.
    private static XElement? Find(Dictionary<string, XElement> documents, MethodBase method)
    {
        var generic = method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";
        var name = $"M:{NameOf(method.DeclaringType!)}.{(method.IsConstructor ? "#ctor" : method.Name)}{generic}";
        var parameters = method.GetParameters().Select(parameter => parameter.Name!).ToList();
        var found = documents
            .Where(document => document.Key == name || document.Key.StartsWith($"{name}(", StringComparison.Ordinal))
            .Where(document => Names(document.Value, "param", "name").SequenceEqual(parameters)).ToList();
        return found.Count == 1 && found[0].Value.Element("inheritdoc") is null ? found[0].Value : null;
    }

    // new XException(...) followed by a throw somewhere, or XException.ThrowIf...(...).
    private static IEnumerable<Type> Thrown(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)((0xFE << 8) | code[at + 1]) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            if (operation == OpCodes.Call || operation == OpCodes.Newobj)
            {
                var called = method.Module.ResolveMethod(
                    BitConverter.ToInt32(code, at),
                    method.DeclaringType!.GetGenericArguments(),
                    method.IsGenericMethod ? method.GetGenericArguments() : null)!;
                if (typeof(Exception).IsAssignableFrom(called.DeclaringType)
                    && (operation == OpCodes.Newobj || called.Name.StartsWith("ThrowIf", StringComparison.Ordinal)))
                {
                    yield return called.DeclaringType!;
                }
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
