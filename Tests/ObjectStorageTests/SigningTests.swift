import Testing

@testable import ObjectStorage

/// The examples that AWS publishes: "Signature Version 4 test suite" (aws-sig-v4-test-suite) and Amazon S3 API Reference,
/// "Authenticating Requests: Using the Authorization Header" and "Using Query Parameters".
@Suite("Signature Version 4")
struct SigningTests {
    private let suite = RequestSigner(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region: "us-east-1",
        service: "service"
    )
    private let s3 = RequestSigner(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        region: "us-east-1",
        service: "s3"
    )
    private let suiteTime = UTCTimestamp(secondsSince1970: 1_440_938_160)
    private let s3Time = UTCTimestamp(secondsSince1970: 1_369_353_600)
    private static let emptyHash = RequestSigner.hash([])
    private static let s3Host = (name: "host", value: "examplebucket.s3.amazonaws.com")

    @Test("get-vanilla of the test suite")
    func vanilla() {
        let request = RequestSigner.Canonical(
            method: "GET",
            path: "/",
            query: [],
            headers: [("x-amz-date", "20150830T123600Z"), ("host", "example.amazonaws.com")],
            payloadHash: Self.emptyHash
        )
        #expect(
            suite.stringToSign(RequestSigner.canonicalText(request), at: suiteTime).hasSuffix(
                "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63"
            )
        )
        #expect(
            suite.authorization(for: request, at: suiteTime)
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        )
    }

    @Test("get-vanilla-query-order-key-case of the test suite")
    func queryOrder() {
        let request = RequestSigner.Canonical(
            method: "GET",
            path: "/",
            query: [("Param2", "value2"), ("Param1", "value1")],
            headers: [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")],
            payloadHash: Self.emptyHash
        )
        #expect(
            suite.authorization(for: request, at: suiteTime).hasSuffix(
                "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
            )
        )
    }

    @Test("GET object, with a range, of the S3 reference")
    func getObject() {
        let request = RequestSigner.Canonical(
            method: "GET",
            path: "/test.txt",
            query: [],
            headers: [
                Self.s3Host, ("range", "bytes=0-9"), ("x-amz-content-sha256", Self.emptyHash),
                ("x-amz-date", "20130524T000000Z"),
            ],
            payloadHash: Self.emptyHash
        )
        #expect(
            s3.authorization(for: request, at: s3Time).hasSuffix(
                "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                    + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            )
        )
    }

    @Test("PUT object of the S3 reference: the key is encoded, the payload hashed")
    func putObject() {
        let body = Array("Welcome to Amazon S3.".utf8)
        let request = RequestSigner.Canonical(
            method: "PUT",
            path: "/" + PercentEncoding.encode("test$file.text", keepingSlash: true),
            query: [],
            headers: [
                Self.s3Host, ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                ("x-amz-content-sha256", RequestSigner.hash(body)),
                ("x-amz-date", "20130524T000000Z"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            payloadHash: RequestSigner.hash(body)
        )
        #expect(
            s3.authorization(for: request, at: s3Time).hasSuffix(
                "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
            )
        )
    }

    @Test("list objects of the S3 reference: the query is part of the signature")
    func listObjects() {
        let request = RequestSigner.Canonical(
            method: "GET",
            path: "/",
            query: [("prefix", "J"), ("max-keys", "2")],
            headers: [
                Self.s3Host, ("x-amz-content-sha256", Self.emptyHash), ("x-amz-date", "20130524T000000Z"),
            ],
            payloadHash: Self.emptyHash
        )
        #expect(
            s3.authorization(for: request, at: s3Time).hasSuffix(
                "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
            )
        )
    }

    @Test("presigned GET of the S3 reference")
    func presigned() {
        let request = RequestSigner.Canonical(
            method: "GET",
            path: "/test.txt",
            query: [],
            headers: [Self.s3Host],
            payloadHash: RequestSigner.unsignedPayload
        )
        #expect(
            s3.presignedQuery(for: request, at: s3Time, expiresInSeconds: 86_400)
                == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        )
    }

    @Test(
        "times are those of the calendar",
        arguments: [
            (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
            (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"), (-1, "19691231T235959Z"),
        ] as [(Int64, String)]
    )
    func times(seconds: Int64, text: String) {
        #expect(UTCTimestamp(secondsSince1970: seconds).basic == text)
    }

    @Test("encoding leaves unreserved characters alone and comes back")
    func encoding() {
        let text = "a-Z_0.9~ /é+%😀"
        #expect(PercentEncoding.encode(text) == "a-Z_0.9~%20%2F%C3%A9%2B%25%F0%9F%98%80")
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(PercentEncoding.decode("%4") == nil && PercentEncoding.decode("%zz") == nil)
        #expect(PercentEncoding.decode("%ff") == nil)
    }
}
