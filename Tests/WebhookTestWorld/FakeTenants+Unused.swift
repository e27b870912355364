public import ContractRuntime
public import TenantServiceContract

extension FakeTenants {
    /// Answers the operation.
    public func createTenant(_ input: CreateTenant.Input, _ context: RequestContext) async throws -> CreateTenant.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func listTenants(_ input: ListTenants.Input, _ context: RequestContext) async throws -> ListTenants.Output {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getTenant(_ input: GetTenant.Input, _ context: RequestContext) async throws -> GetTenant.Output {
        throw Unexpected()
    }

    /// Answers the operation.
    public func updateTenant(_ input: UpdateTenant.Input, _ context: RequestContext) async throws -> UpdateTenant.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func listChannels(_ input: ListChannels.Input, _ context: RequestContext) async throws
        -> ListChannels.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func createChannel(_ input: CreateChannel.Input, _ context: RequestContext) async throws
        -> CreateChannel.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getChannel(_ input: GetChannel.Input, _ context: RequestContext) async throws
        -> GetChannel.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func updateChannel(_ input: UpdateChannel.Input, _ context: RequestContext) async throws
        -> UpdateChannel.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func deleteChannel(_ input: DeleteChannel.Input, _ context: RequestContext) async throws
        -> DeleteChannel.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func listCredentials(_ input: ListCredentials.Input, _ context: RequestContext) async throws
        -> ListCredentials.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func putCredential(_ input: PutCredential.Input, _ context: RequestContext) async throws
        -> PutCredential.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func patchCredential(_ input: PatchCredential.Input, _ context: RequestContext) async throws
        -> PatchCredential.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func checkTenant(_ input: CheckTenant.Input, _ context: RequestContext) async throws -> CheckTenant.Output {
        throw Unexpected()
    }

    /// Answers the operation.
    public func deleteCredential(_ input: DeleteCredential.Input, _ context: RequestContext) async throws
        -> DeleteCredential.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func readPolicy(_ input: ReadPolicy.Input, _ context: RequestContext) async throws -> ReadPolicy.Output {
        throw Unexpected()
    }

    /// Answers the operation.
    public func resolveTenant(_ input: ResolveTenant.Input, _ context: RequestContext) async throws
        -> ResolveTenant.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func readCredential(_ input: ReadCredential.Input, _ context: RequestContext) async throws
        -> ReadCredential.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getLiveness(_ input: GetLiveness.Input, _ context: RequestContext) async throws -> GetLiveness.Output {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getReadiness(_ input: GetReadiness.Input, _ context: RequestContext) async throws -> GetReadiness.Output
    {
        throw Unexpected()
    }

    /// Answers the operation.
    public func getMetrics(_ input: GetMetrics.Input, _ context: RequestContext) async throws -> GetMetrics.Output {
        throw Unexpected()
    }
}
