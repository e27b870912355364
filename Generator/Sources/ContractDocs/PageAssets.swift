import ContractJSON

/// Style sheet and script of the reference; no font, image or library from elsewhere.
enum PageAssets {
    static let style = """
        :root { color-scheme: light; --back: #fff; --card: #fff; --text: #1c2330; --quiet: #5b6472; --line: #d9dee6; --link: #0b57b7;
          --code: #f2f4f8; --mark: #fff3c4; --get: #0a6b45; --post: #0b57b7; --put: #8a5a00; --delete: #b3261e; --focus: #0b57b7; }
        :root[data-theme="dark"] { color-scheme: dark; --back: #12161d; --card: #181d26; --text: #e4e8ee; --quiet: #a3adbb; --line: #2e3643;
          --link: #8ab8ff; --code: #202734; --mark: #3a3216; --get: #63d3a0; --post: #8ab8ff; --put: #f0b95a; --delete: #ff9a91; --focus: #8ab8ff; }
        @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; --back: #12161d; --card: #181d26;
          --text: #e4e8ee; --quiet: #a3adbb; --line: #2e3643; --link: #8ab8ff; --code: #202734; --mark: #3a3216; --get: #63d3a0;
          --post: #8ab8ff; --put: #f0b95a; --delete: #ff9a91; --focus: #8ab8ff; } }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 4.5rem; }
        body { margin: 0; overflow-wrap: anywhere; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        a { color: var(--link); }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
        main:focus { outline: none; }
        .skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: 1rem; z-index: 3; background: var(--back); padding: .5rem; }
        header { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center; padding: .6rem 1.2rem;
          background: var(--back); border-bottom: 1px solid var(--line); }
        .home { font-weight: 700; text-decoration: none; color: var(--text); white-space: nowrap; }
        .search { position: relative; flex: 1; max-width: 40rem; margin-left: auto; }
        .search input { width: 100%; padding: .4rem .7rem; font: inherit; color: inherit; background: var(--code); border: 1px solid var(--line);
          border-radius: 6px; }
        #results { position: absolute; right: 0; left: 0; margin: .2rem 0 0; padding: .3rem; list-style: none; background: var(--card);
          border: 1px solid var(--line); border-radius: 6px; max-height: 60vh; overflow: auto; box-shadow: 0 8px 24px rgb(0 0 0 / 25%); }
        #results a { display: flex; justify-content: space-between; gap: 1rem; padding: .25rem .5rem; text-decoration: none; color: var(--text); border-radius: 4px; }
        #results [aria-selected="true"] a, #results a:hover { background: var(--mark); }
        button { font: inherit; color: inherit; background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .7rem; cursor: pointer; }
        #menu { display: none; }
        .columns { display: grid; grid-template-columns: 16rem minmax(0, 1fr); }
        nav { position: sticky; top: 3.6rem; height: calc(100vh - 3.6rem); overflow: auto; padding: .5rem 1.2rem 2rem; border-right: 1px solid var(--line); }
        nav h2 { margin: 1.2rem 0 .3rem; font-size: .8rem; color: var(--quiet); }
        nav ul { margin: 0; padding: 0; list-style: none; }
        nav a { display: block; padding: .15rem .5rem; text-decoration: none; color: var(--text); border-radius: 4px; overflow-wrap: anywhere; }
        nav a[aria-current] { background: var(--code); font-weight: 600; }
        main { padding: 1rem 2rem 6rem; max-width: 64rem; }
        h1 { margin: .5rem 0; } h2 { margin: 2rem 0 .6rem; } h3 { margin: 0 0 .4rem; overflow-wrap: anywhere; } h4 { margin: 1rem 0 .3rem; }
        p { margin: .4rem 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.2rem; margin: 1rem 0; }
        .card:target { border-color: var(--focus); box-shadow: 0 0 0 2px var(--focus); }
        .self { color: inherit; text-decoration: none; } .self:hover { text-decoration: underline; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-top: 1px solid var(--line); }
        thead th { border-top: 0; font-size: .85rem; color: var(--quiet); } tbody th { font-weight: 400; min-width: 9rem; overflow-wrap: anywhere; }
        td p { color: var(--quiet); font-size: .92rem; }
        code, pre { font: .88em/1.45 ui-monospace, Consolas, monospace; background: var(--code); border-radius: 4px; }
        code { padding: .1em .3em; overflow-wrap: anywhere; } pre { padding: .8rem; overflow: auto; }
        .quiet, .source, .limits { color: var(--quiet); } .source { font-size: .8rem; margin-top: .8rem; } .limits { font-size: .88rem; }
        .badge { display: inline-block; font-size: .75rem; font-weight: 400; padding: .05rem .45rem; border: 1px solid var(--line); border-radius: 999px; color: var(--quiet); }
        .badge.warn { color: var(--delete); border-color: var(--delete); }
        .method, .status { font: 600 .8rem ui-monospace, monospace; white-space: nowrap; } th { white-space: nowrap; } .method.get, .s2 { color: var(--get); } .method.post { color: var(--post); }
        .method.put, .method.patch, .s3, .s4 { color: var(--put); } .method.delete, .s5 { color: var(--delete); }
        .response { border-left: 3px solid var(--line); padding-left: .8rem; margin: .5rem 0; }
        dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .8rem; margin: .2rem 0; } dt { color: var(--quiet); } dd { margin: 0; }
        summary { cursor: pointer; }
        @media (max-width: 50rem) { #menu { display: block; } .columns { grid-template-columns: minmax(0, 1fr); } nav { display: none; position: static; height: auto;
          border-right: 0; } nav.open { display: block; } main { padding: 1rem; } .home { display: none; }
          dl:has(> dd > dl) { display: block; } dd > dl { margin: .2rem 0 .6rem .8rem; } }
        @media print { header, nav { display: none; } .columns { display: block; } }

        """

    static func script(_ entries: [SearchEntry]) -> String {
        let list = JSONValue.array(
            entries.map { [.string($0.title), .string($0.kind), .string($0.href)] }
        ).jsonText.split(separator: "</").joined(separator: "<\\/")
        return """
            "use strict";
            const entries = \(list);
            const root = document.documentElement;
            const remembered = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
            if (remembered) root.dataset.theme = remembered;
            const search = document.getElementById("search");
            const results = document.getElementById("results");
            let chosen = -1;

            function switchTheme() {
              const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
              root.dataset.theme = dark ? "light" : "dark";
              try { localStorage.setItem("theme", root.dataset.theme); } catch { /* Private windows keep nothing. */ }
            }

            function choose(index) {
              const items = [...results.children];
              if (items.length === 0) return;
              chosen = (index + items.length) % items.length;
              items.forEach((item, position) => item.setAttribute("aria-selected", String(position === chosen)));
              search.setAttribute("aria-activedescendant", items[chosen].id);
              items[chosen].scrollIntoView({ block: "nearest" });
            }

            function close() {
              results.hidden = true;
              search.setAttribute("aria-expanded", "false");
              search.removeAttribute("aria-activedescendant");
            }

            function find() {
              const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
              results.replaceChildren();
              chosen = -1;
              if (words.length === 0) return close();
              const found = entries.filter(([title, kind]) => words.every(word => `${title} ${kind}`.toLowerCase().includes(word)));
              found.sort((a, b) => a[0].length - b[0].length);
              for (const [title, kind, href] of found.slice(0, 40)) {
                const item = document.createElement("li");
                item.role = "option";
                item.id = `result-${results.children.length}`;
                const link = document.createElement("a");
                link.href = href;
                link.tabIndex = -1;
                const name = document.createElement("span");
                name.textContent = title;
                const what = document.createElement("span");
                what.className = "quiet";
                what.textContent = kind;
                link.append(name, what);
                item.append(link);
                results.append(item);
              }
              results.hidden = found.length === 0;
              search.setAttribute("aria-expanded", String(found.length > 0));
              if (found.length > 0) choose(0);
            }

            search.addEventListener("input", find);
            search.addEventListener("keydown", event => {
              if (event.key === "ArrowDown") { choose(chosen + 1); event.preventDefault(); }
              else if (event.key === "ArrowUp") { choose(chosen - 1); event.preventDefault(); }
              else if (event.key === "Enter" && results.children[chosen]) results.children[chosen].firstChild.click();
              else if (event.key === "Escape") { close(); search.blur(); }
            });
            results.addEventListener("click", close);
            document.getElementById("theme").addEventListener("click", switchTheme);
            document.getElementById("menu").addEventListener("click", event => {
              const open = document.getElementById("navigation").classList.toggle("open");
              event.target.setAttribute("aria-expanded", String(open));
            });
            document.addEventListener("click", event => { if (!event.target.closest(".search")) close(); });
            document.addEventListener("keydown", event => {
              if (event.target.matches("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
              if (event.key === "/") { search.focus(); event.preventDefault(); }
              if (event.key === "t") switchTheme();
            });

            """
    }
}
