extension String {
    /// The last 16 characters of a wamid, by which logs name a message: what is before them holds the customer's number in
    /// Base64. The whole of an id that is not longer.
    public var endOfID: String { String(suffix(16)) }
}
