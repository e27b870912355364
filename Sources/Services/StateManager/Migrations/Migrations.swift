import Database

extension StateManager {
    /// Everything that the tables of this service need, in order; numbers 200 to 299, and what came
    /// later where its number stands.
    ///
    /// What happens to a message is decided in the database's functions, so that a batch is one round trip and each
    /// item of it one atomic step.
    public static let migrations: [Migration] = [
        Migration(version: 201, name: "conversations and messages", sql: createConversationsAndMessages),
        Migration(version: 202, name: "dead letters and quarantine", sql: createDeadLettersAndQuarantine),
        Migration(version: 203, name: "documents", sql: createDocumentFunctions),
        Migration(version: 204, name: "customers", sql: createCustomerFunctions),
        Migration(version: 205, name: "claims", sql: createClaimFunctions),
        Migration(version: 206, name: "sends", sql: createSendFunctions),
        Migration(version: 207, name: "evidence", sql: createEvidenceFunctions),
        Migration(version: 208, name: "threads and quarantine", sql: extendThreadsAndQuarantine),
        Migration(version: 220, name: "number variants", sql: createNumberVariants),
        Migration(version: 221, name: "one customer", sql: createCustomerMoves),
        Migration(version: 230, name: "holds", sql: createHolds),
        Migration(version: 311, name: "lines", sql: createLines),
        Migration(version: 312, name: "claims of lines", sql: createClaimsOfLines),
        Migration(version: 320, name: "quick functions", sql: makeFunctionsQuick),
        Migration(version: 321, name: "holds of numbers", sql: createHoldsOfNumbers),
        Migration(version: 322, name: "lanes of holds", sql: createLanesOfHolds),
        Migration(version: 330, name: "tracked holds", sql: createTrackedHolds),
        Migration(version: 341, name: "places of held messages", sql: placeHeldMessagesByTime),
        Migration(version: 343, name: "late words", sql: ignoreLateWords),
        Migration(version: 344, name: "parts", sql: findParts),
    ]
}
