using Vae.Model;

namespace Vae.Mnist;

/// <summary>The progress of a report.</summary>
/// <param name="Message">A line that ends a stage, such as a model's result; null in the middle of a training.</param>
/// <param name="Model">The current model, such as <c>latent-2</c>.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Models">The number of models.</param>
/// <param name="Training">The progress of its training; null between trainings.</param>
internal readonly record struct ReportProgress(string? Message, string Model, int Number, int Models, TrainingProgress? Training);
