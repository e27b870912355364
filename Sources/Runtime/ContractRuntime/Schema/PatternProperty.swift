import Synchronization

/// A Unicode property of `\p{…}`.
struct PatternProperty: Sendable {
    enum Test: Sendable {
        case category(Set<Unicode.GeneralCategory>)
        case binary(@Sendable (Unicode.Scalar.Properties) -> Bool)
        case scalar(@Sendable (Unicode.Scalar) -> Bool)
        case script(PatternScript)
        case set(PatternSet)
    }

    private let test: Test

    init(_ test: Test) { self.test = test }

    /// A property by its name in ECMA-262 (tables 67 to 70), `Name`, `Category` or `Name=Value`.
    init?(named text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            switch parts[0] {
            case "General_Category", "gc":
                guard let category = Self.categories[parts[1]] else { return nil }
                test = .category(category)
            case "Script", "sc", "Script_Extensions", "scx":
                let isExtended = parts[0].hasSuffix("ns") || parts[0] == "scx"
                guard let script = PatternScript(parts[1], includesExtensions: isExtended) else { return nil }
                test = .script(script)
            default: return nil
            }
            return
        }
        if let category = Self.categories[text] {
            test = .category(category)
        } else if let known = Self.binaries[text] {
            test = known
        } else {
            return nil
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch test {
        case .category(let categories): categories.contains(scalar.properties.generalCategory)
        case .binary(let test): test(scalar.properties)
        case .scalar(let test): test(scalar)
        case .script(let script): script.contains(scalar)
        case .set(let set): set.contains(scalar.value)
        }
    }
}

/// The scalars of a script. The standard library tells scripts only to its regular expressions.
final class PatternScript: Sendable {
    private let expression: Mutex<Regex<AnyRegexOutput>>

    /// - Parameter name: Name or four-letter code of the script.
    init?(_ name: String, includesExtensions: Bool) {
        guard name.utf8.allSatisfy({ (65...90).contains($0 & 0xDF) || $0 == 95 }) else { return nil }
        let property = includesExtensions ? "scx" : "sc"
        guard let expression = try? Regex("\\p{\(property)=\(name)}") else { return nil }
        self.expression = Mutex(expression)
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let text = String(scalar)
        return expression.withLock { (try? $0.wholeMatch(in: text)) != nil }
    }
}

extension PatternProperty {
    private static let categories: [String: Set<Unicode.GeneralCategory>] = {
        let letter: Set<Unicode.GeneralCategory> = [
            .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
        ]
        let groups: [([String], Set<Unicode.GeneralCategory>)] = [
            (["Cased_Letter", "LC"], [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]),
            (["Close_Punctuation", "Pe"], [.closePunctuation]),
            (["Connector_Punctuation", "Pc"], [.connectorPunctuation]),
            (["Control", "Cc", "cntrl"], [.control]),
            (["Currency_Symbol", "Sc"], [.currencySymbol]),
            (["Dash_Punctuation", "Pd"], [.dashPunctuation]),
            (["Decimal_Number", "Nd", "digit"], [.decimalNumber]),
            (["Enclosing_Mark", "Me"], [.enclosingMark]),
            (["Final_Punctuation", "Pf"], [.finalPunctuation]),
            (["Format", "Cf"], [.format]),
            (["Initial_Punctuation", "Pi"], [.initialPunctuation]),
            (["Letter", "L"], letter),
            (["Letter_Number", "Nl"], [.letterNumber]),
            (["Line_Separator", "Zl"], [.lineSeparator]),
            (["Lowercase_Letter", "Ll"], [.lowercaseLetter]),
            (["Mark", "M", "Combining_Mark"], [.nonspacingMark, .spacingMark, .enclosingMark]),
            (["Math_Symbol", "Sm"], [.mathSymbol]),
            (["Modifier_Letter", "Lm"], [.modifierLetter]),
            (["Modifier_Symbol", "Sk"], [.modifierSymbol]),
            (["Nonspacing_Mark", "Mn"], [.nonspacingMark]),
            (["Number", "N"], [.decimalNumber, .letterNumber, .otherNumber]),
            (["Open_Punctuation", "Ps"], [.openPunctuation]),
            (["Other", "C"], [.control, .format, .surrogate, .privateUse, .unassigned]),
            (["Other_Letter", "Lo"], [.otherLetter]),
            (["Other_Number", "No"], [.otherNumber]),
            (["Other_Punctuation", "Po"], [.otherPunctuation]),
            (["Other_Symbol", "So"], [.otherSymbol]),
            (["Paragraph_Separator", "Zp"], [.paragraphSeparator]),
            (["Private_Use", "Co"], [.privateUse]),
            (
                ["Punctuation", "P", "punct"],
                [
                    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                    .finalPunctuation, .otherPunctuation,
                ]
            ),
            (["Separator", "Z"], [.spaceSeparator, .lineSeparator, .paragraphSeparator]),
            (["Space_Separator", "Zs"], [.spaceSeparator]),
            (["Spacing_Mark", "Mc"], [.spacingMark]),
            (["Surrogate", "Cs"], [.surrogate]),
            (["Symbol", "S"], [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]),
            (["Titlecase_Letter", "Lt"], [.titlecaseLetter]),
            (["Unassigned", "Cn"], [.unassigned]),
            (["Uppercase_Letter", "Lu"], [.uppercaseLetter]),
        ]
        return groups.reduce(into: [:]) { table, group in
            for name in group.0 { table[name] = group.1 }
        }
    }()

    private static let binaries: [String: Test] = {
        let groups: [([String], Test)] = [
            (["Any"], .scalar { _ in true }),
            (["ASCII"], .scalar { $0.isASCII }),
            (["Assigned"], .binary { $0.generalCategory != .unassigned }),
            (["ASCII_Hex_Digit", "AHex"], .binary { $0.isASCIIHexDigit }),
            (["Alphabetic", "Alpha"], .binary { $0.isAlphabetic }),
            (["Bidi_Control", "Bidi_C"], .binary { $0.isBidiControl }),
            (["Bidi_Mirrored", "Bidi_M"], .binary { $0.isBidiMirrored }),
            (["Case_Ignorable", "CI"], .binary { $0.isCaseIgnorable }),
            (["Cased"], .binary { $0.isCased }),
            (["Changes_When_Casefolded", "CWCF"], .binary { $0.changesWhenCaseFolded }),
            (["Changes_When_Casemapped", "CWCM"], .binary { $0.changesWhenCaseMapped }),
            (["Changes_When_Lowercased", "CWL"], .binary { $0.changesWhenLowercased }),
            (["Changes_When_NFKC_Casefolded", "CWKCF"], .binary { $0.changesWhenNFKCCaseFolded }),
            (["Changes_When_Titlecased", "CWT"], .binary { $0.changesWhenTitlecased }),
            (["Changes_When_Uppercased", "CWU"], .binary { $0.changesWhenUppercased }),
            (["Dash"], .binary { $0.isDash }),
            (["Default_Ignorable_Code_Point", "DI"], .binary { $0.isDefaultIgnorableCodePoint }),
            (["Deprecated", "Dep"], .binary { $0.isDeprecated }),
            (["Diacritic", "Dia"], .binary { $0.isDiacritic }),
            (["Emoji"], .binary { $0.isEmoji }),
            (["Emoji_Modifier", "EMod"], .binary { $0.isEmojiModifier }),
            (["Emoji_Modifier_Base", "EBase"], .binary { $0.isEmojiModifierBase }),
            (["Emoji_Presentation", "EPres"], .binary { $0.isEmojiPresentation }),
            (["Extender", "Ext"], .binary { $0.isExtender }),
            (["Grapheme_Base", "Gr_Base"], .binary { $0.isGraphemeBase }),
            (["Grapheme_Extend", "Gr_Ext"], .binary { $0.isGraphemeExtend }),
            (["Hex_Digit", "Hex"], .binary { $0.isHexDigit }),
            (["IDS_Binary_Operator", "IDSB"], .binary { $0.isIDSBinaryOperator }),
            (["IDS_Trinary_Operator", "IDST"], .binary { $0.isIDSTrinaryOperator }),
            (["ID_Continue", "IDC"], .binary { $0.isIDContinue }),
            (["ID_Start", "IDS"], .binary { $0.isIDStart }),
            (["Ideographic", "Ideo"], .binary { $0.isIdeographic }),
            (["Join_Control", "Join_C"], .binary { $0.isJoinControl }),
            (["Logical_Order_Exception", "LOE"], .binary { $0.isLogicalOrderException }),
            (["Lowercase", "Lower"], .binary { $0.isLowercase }),
            (["Math"], .binary { $0.isMath }),
            (["Noncharacter_Code_Point", "NChar"], .binary { $0.isNoncharacterCodePoint }),
            (["Pattern_Syntax", "Pat_Syn"], .binary { $0.isPatternSyntax }),
            (["Pattern_White_Space", "Pat_WS"], .binary { $0.isPatternWhitespace }),
            (["Quotation_Mark", "QMark"], .binary { $0.isQuotationMark }),
            (["Radical"], .binary { $0.isRadical }),
            (["Regional_Indicator", "RI"], .scalar { (0x1F1E6...0x1F1FF).contains($0.value) }),
            (["Sentence_Terminal", "STerm"], .binary { $0.isSentenceTerminal }),
            (["Soft_Dotted", "SD"], .binary { $0.isSoftDotted }),
            (["Unified_Ideograph", "UIdeo"], .binary { $0.isUnifiedIdeograph }),
            (["Uppercase", "Upper"], .binary { $0.isUppercase }),
            (["Variation_Selector", "VS"], .binary { $0.isVariationSelector }),
            (["White_Space", "space"], .binary { $0.isWhitespace }),
            (["XID_Continue", "XIDC"], .binary { $0.isXIDContinue }),
            (["XID_Start", "XIDS"], .binary { $0.isXIDStart }),
        ]
        return groups.reduce(into: [:]) { table, group in
            for name in group.0 { table[name] = group.1 }
        }
    }()
}
