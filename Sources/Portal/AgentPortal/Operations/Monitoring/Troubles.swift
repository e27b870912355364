import SharedContract

/// What is wrong in a few sentences, for whoever is called at night: which server or service is away, and what that means.
enum Troubles {
    /// Nothing where all is well.
    static func of(_ services: [RelayReading.Service]) -> [String] {
        var sentences: [String] = []
        var missed: [(name: String, services: Int)] = []
        for service in services {
            guard let readiness = service.readiness else {
                let rest = PortalRefusal.whatStillWorks[service.name.rawValue]
                sentences.append(
                    ["\(service.name.rawValue) gives no answer.", rest].compactMap(\.self).joined(separator: " "))
                continue
            }
            for dependency in readiness.dependencies where dependency.status != .up {
                if let index = missed.firstIndex(where: { $0.name == dependency.name }) {
                    missed[index].services += 1
                } else {
                    missed.append((dependency.name, 1))
                }
            }
        }
        return missed.map { sentence($0.name, $0.services) } + sentences
    }

    private static func sentence(_ name: String, _ services: Int) -> String {
        let whom = services == 1 ? "one service" : "\(services) services"
        return switch name {
        case "rabbitmq":
            "RabbitMQ does not answer \(whom). Webhooks get 503, so that the platforms repeat them; what was accepted stays in "
                + "the queues and goes on by itself."
        case "postgres":
            "PostgreSQL does not answer \(whom). What platforms send is accepted and waits in the queues."
        case "redis": "Redis does not answer \(whom). Everything goes on, slower."
        case "s3": "The S3 server does not answer \(whom). Files wait; texts go on."
        default: "\(name) is not up, says \(whom)."
        }
    }
}
