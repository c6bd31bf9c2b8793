using Vae.Model;

namespace Vae.Mnist;

/// <summary>Where the making of a report stands.</summary>
/// <param name="Message">A line that ends a stage, such as a model's result; null in the middle of a training.</param>
/// <param name="Model">The model that is trained, such as <c>latent-2</c>.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Models">How many models there are.</param>
/// <param name="Training">Where its training stands; null between trainings.</param>
public readonly record struct ReportProgress(string? Message, string Model, int Number, int Models, TrainingProgress? Training);
