import AgentPortalContract
import ContractRuntime

/// What the list of users shows.
private struct PeopleContent {
    struct Item {
        let id: String
        let name: String
        let role: String
        let otherRoles: [String]
        let isSelf: Bool
        let isInvited: Bool
        let isDisabled: Bool
        let isLocked: Bool
        let lastSignIn: TimeText?
    }

    /// A new invitation, shown once.
    struct NewInvitation {
        let name: String
        let address: String
    }

    let items: [Item]
    var invitation: NewInvitation?
    var error: String?
    var enteredName = ""
}

extension AgentPortal {
    /// The users.
    public func getPeoplePage(
        _ input: GetPeoplePage.Input, _ context: RequestContext
    ) async throws -> GetPeoplePage.Output {
        .ok(try await peoplePage())
    }

    /// Creates a user and shows the address at which the person chooses a password.
    public func invitePerson(
        _ input: InvitePerson.Input, _ context: RequestContext
    ) async throws -> InvitePerson.Output {
        let name = PortalStore.normalised(input.body.name)
        if let objection = NamePolicy.objection(to: name) {
            return .badRequest(try await peoplePage(error: objection, entered: name))
        }
        guard let person = try await store.createPerson(name: name, role: Role(input.body.role)) else {
            return .badRequest(try await peoplePage(error: "There is a user \(name) already.", entered: name))
        }
        AuditNote.add(subject: name, detail: "invited as \(person.role.rawValue)")
        return .ok(try await peoplePage(inviting: person))
    }

    /// Changes a user.
    public func changePerson(
        _ input: ChangePerson.Input, _ context: RequestContext
    ) async throws -> ChangePerson.Output {
        guard let person = try await store.person(id: input.userId) else { throw PortalRefusal.notFound("user") }
        let change = input.body.change
        AuditNote.add(subject: person.name, detail: change.rawValue)
        var isDone = true
        switch change {
        case .viewer: isDone = try await store.setRole(.viewer, of: person)
        case .operator: isDone = try await store.setRole(.operator, of: person)
        case .owner: isDone = try await store.setRole(.owner, of: person)
        case .disable: isDone = try await store.disable(person)
        case .enable: try await store.enable(person)
        case .unlock: try await store.unlock(person)
        case .invite: return .ok(try await peoplePage(inviting: person))
        }
        guard isDone else {
            return .badRequest(
                try await peoplePage(
                    error: "\(person.name) is the last owner who can sign in. Make somebody else an owner first."))
        }
        return .seeOther(location: "/people")
    }

    private func peoplePage(
        inviting invited: Person? = nil, error: String? = nil, entered: String = ""
    ) async throws -> String {
        let visit = try Visit.required()
        var invitation: PeopleContent.NewInvitation?
        if let invited {
            let token = try await store.invite(invited)
            invitation = .init(name: invited.name, address: "\(addresses.portalURL)/invitations/\(token)")
        }
        let items = try await store.people().map { person in
            PeopleContent.Item(
                id: person.id, name: person.name, role: person.role.rawValue,
                otherRoles: Role.allCases.filter { $0 != person.role }.map(\.rawValue),
                isSelf: person.id == visit.person.id, isInvited: !person.hasPassword, isDisabled: person.isDisabled,
                isLocked: person.lockedUntil != nil, lastSignIn: person.lastSignIn.map(TimeText.init))
        }
        return try pages.page(
            "people", title: "People", section: .people,
            PeopleContent(items: items, invitation: invitation, error: error, enteredName: entered))
    }
}

extension Role {
    init(_ name: RoleName) {
        switch name {
        case .viewer: self = .viewer
        case .operator: self = .operator
        case .owner: self = .owner
        }
    }
}
