import ContractJSON
import ContractRuntime
import HTTPTypes
import ShowcaseContract
import Synchronization

/// Answers every operation with what it saw, in words.
final class ShowcaseService: ShowcaseHandler {
    /// What came besides requests that are answered: calls back, idempotency keys.
    let notes = Mutex<[String]>([])

    private func echo(_ seen: String?...) -> Echo { Echo(seen: seen.map { $0 ?? "-" }) }

    private func text(_ value: (some ContractValue)?) -> String {
        value.map { String(decoding: $0.jsonBytes, as: UTF8.self) } ?? "-"
    }

    func simplePath(_ input: SimplePath.Input, _ context: RequestContext) async throws -> SimplePath.Output {
        .ok(echo(text(input.scalar), text(input.list), text(input.object), text(input.exploded)))
    }

    func mixedPath(_ input: MixedPath.Input, _ context: RequestContext) async throws -> MixedPath.Output {
        .ok(echo(input.base, input.head, text(input.number)))
    }

    func labelPath(_ input: LabelPath.Input, _ context: RequestContext) async throws -> LabelPath.Output {
        .ok(
            echo(
                text(input.scalar), text(input.list), text(input.explodedList), text(input.object), text(input.exploded)
            ))
    }

    func matrixPath(_ input: MatrixPath.Input, _ context: RequestContext) async throws -> MatrixPath.Output {
        .ok(
            echo(
                text(input.scalar), text(input.list), text(input.explodedList), text(input.object), text(input.exploded)
            ))
    }

    func queryStyles(_ input: QueryStyles.Input, _ context: RequestContext) async throws -> QueryStyles.Output {
        .ok(
            echo(
                text(input.page), text(input.list), text(input.joined), text(input.spaced), text(input.piped),
                text(input.point), text(input.spread), text(input.filter), text(input.link), text(input.choice),
                text(input.tree)))
    }

    func headerStyles(_ input: HeaderStyles.Input, _ context: RequestContext) async throws -> HeaderStyles.Output {
        .ok(
            echo(
                text(input.xScalar), text(input.xList), text(input.xPoint), text(input.xExploded), text(input.session),
                text(input.sizes), text(input.joined)),
            xTotal: 3, xWords: ["a", "b c"], xPlace: Point(x: 4, label: "here"),
            setCookie: ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"])
    }

    func sendForm(_ input: SendForm.Input, _ context: RequestContext) async throws -> SendForm.Output {
        .ok(echo(text(input.body)))
    }

    func sendParts(_ input: SendParts.Input, _ context: RequestContext) async throws -> SendParts.Output {
        let parts = input.body
        var thumbnails: [String] = []
        for file in parts.thumbnails ?? [] {
            let bytes = try await file.body.collect(limit: 1 << 20)
            thumbnails.append("\(file.fileName ?? "-") \(file.contentType) \(bytes.count)")
        }
        var isStream = false
        if case .stream = parts.upload.body { isStream = true }
        var size = 0
        var sum = 0
        if case .stream(let chunks, _) = parts.upload.body {
            for try await chunk in chunks {
                size += chunk.count
                sum = chunk.reduce(sum) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            }
        }
        return .ok(
            echo(
                parts.title, text(parts.count), text(parts.tags), text(parts.place), thumbnails.joined(separator: ", "),
                "\(parts.upload.fileName ?? "-") \(parts.upload.contentType) \(size) \(sum) \(isStream)"))
    }

    func sendHeadedParts(
        _ input: SendHeadedParts.Input, _ context: RequestContext
    ) async throws -> SendHeadedParts.Output {
        let parts = input.body
        let weights = parts.choicesHeaders.map { String($0.xWeight) }.joined(separator: ",")
        var document = "-"
        if let file = parts.document, let headers = parts.documentHeaders {
            let size = try await file.body.collect(limit: 1 << 20).count
            document =
                "\(file.contentType) \(size) \(headers.xPages) \(text(headers.xLevel)) \(text(headers.xWords))"
        }
        let others = parts.otherParts.map { part in
            if case .value(let value) = part.content { "\(part.name)=\(value.jsonText)" } else { part.name }
        }
        return .ok(
            echo(
                text(parts.kind), text(parts.note), text(parts.place), text(parts.places), text(parts.choices), weights,
                text(parts.spaced), text(parts.deep), text(parts.link), document, others.joined(separator: " ")))
    }

    func sendOpenForm(_ input: SendOpenForm.Input, _ context: RequestContext) async throws -> SendOpenForm.Output {
        .ok(echo(text(input.body)))
    }

    func emptyValues(_ input: EmptyValues.Input, _ context: RequestContext) async throws -> EmptyValues.Output {
        .ok(echo(text(input.page), text(input.text)))
    }

    func sendRaw(_ input: SendRaw.Input, _ context: RequestContext) async throws -> SendRaw.Output {
        .ok(echo(String(decoding: input.body, as: UTF8.self)))
    }

    func watch(_ input: Watch.Input, _ context: RequestContext) async throws -> Watch.Output {
        guard input.count >= 0 else { return .badRequest(echo("negative")) }
        let next = Mutex(0)
        return .ok(
            EventStream {
                let number = next.withLock { number in
                    number += 1
                    return number
                }
                guard number <= input.count else { return nil }
                return ServerSentEvent(
                    "{\"x\": \(number),\n \"label\": \"é\"}", event: number.isMultiple(of: 2) ? "even" : "message",
                    id: String(number))
            })
    }

    func secured(_ input: Secured.Input, _ context: RequestContext) async throws -> Secured.Output {
        .ok(echo(context.principal?.name))
    }

    func callFlaky(_ input: CallFlaky.Input, _ context: RequestContext) async throws -> CallFlaky.Output {
        let key = HTTPField.Name("Idempotency-Key").flatMap { context.headers[$0] } ?? ""
        let attempts = notes.withLock { notes in
            notes.append(key)
            return notes.count
        }
        if input.body.x == 999 { return .serviceUnavailable(retryAfter: 3_600) }
        return attempts < input.body.x ? .serviceUnavailable(retryAfter: nil) : .ok(echo(String(attempts)))
    }

    func listItems(_ input: ListItems.Input, _ context: RequestContext) async throws -> ListItems.Output {
        let page = Int(input.cursor ?? "0") ?? 0
        return .ok(Page(items: ["item \(page)"], next: page < 3 ? String(page + 1) : nil))
    }

    func subscribe(_ input: Subscribe.Input, _ context: RequestContext) async throws -> Subscribe.Output { .created }
}

/// What a client of the showcase runs to be called back.
struct CallbackService: ShowcaseCallbackHandler {
    private let service: ShowcaseService

    init(_ service: ShowcaseService) { self.service = service }

    func itemAdded(_ input: ItemAdded.Input, _ context: RequestContext) async throws -> ItemAdded.Output {
        service.notes.withLock { $0.append("added \(input.body.x)") }
        return .noContent
    }

    func subscribeChanged(
        _ input: SubscribeChanged.Input, _ context: RequestContext
    ) async throws -> SubscribeChanged.Output {
        service.notes.withLock { $0.append("changed \(input.body.x)") }
        return .noContent
    }

    var routes: [Route] { [ItemAdded.route(self), SubscribeChanged.route(self, path: "/hooks/{name}/changed")] }
}
