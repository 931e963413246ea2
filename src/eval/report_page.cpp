// Putting the page together.
#include "report_page.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "html_text.h"
#include "imgcnn/base/version.h"
#include "page_assets.h"
#include "rd_plots.h"

namespace imgcnn::eval {
namespace {

using Row = std::vector<std::string>;  // of cells, HTML each

std::string table_html(const std::string& caption, const Row& head, const std::vector<Row>& rows) {
  std::string html = "<div class=\"wide\"><table><caption>" + caption + "</caption><thead><tr>";
  for (const std::string& cell : head) html += "<th>" + cell + "</th>";
  html += "</tr></thead><tbody>\n";
  for (const Row& row : rows) {
    html += "<tr>";
    for (const std::string& cell : row) html += "<td>" + cell + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string plots_html(const EvalReport& report) {
  std::string html = "<div class=\"plots\">\n";
  for (const Metric* metric : report.metrics) html += svg_plot(rd_plot(report, *metric));
  return html + "</div>\n";
}

/// What the scales mean, and what was not measured.
std::string metrics_html(const EvalReport& report) {
  std::string html = "<ul class=\"weak\">\n";
  for (const Metric* metric : report.metrics)
    html += "<li>" + escape_html(metric->meaning) + "</li>\n";
  if (!report.missing_metrics.empty())
    html += "<li>Not measured: " + escape_html(report.missing_metrics) + "</li>\n";
  return html + "</ul>\n";
}

/// Headings of columns, one for each metric, behind others.
Row with_titles(Row head, const EvalReport& report) {
  for (const Metric* metric : report.metrics) head.push_back(escape_html(metric->title));
  return head;
}

std::string legend_html(const EvalReport& report) {
  std::string html = "<div class=\"legend\">\n";
  int id = 0;
  const auto add = [&](const std::string& name, bool published, const std::string& source) {
    const std::string number = std::to_string(id);
    html += "<label title=\"" + escape_html(source) +
            "\"><input type=\"checkbox\" checked value=\"" + number +
            "\"><svg width=\"30\" height=\"12\" aria-hidden=\"true\"><g " +
            series_attributes(id, published) + "><line x1=\"0\" y1=\"6\" x2=\"30\" y2=\"6\"/>" +
            (!published ? "<circle cx=\"15\" cy=\"6\" r=\"4\"/>" : "") + "</g></svg>" +
            escape_html(name) + "</label>\n";
    ++id;
  };
  for (const CodecCurve& curve : report.curves) add(curve.codec, false, curve.note);
  for (const PublishedCurve& curve : report.published) add(curve.name, true, curve.source);
  return html + "</div>\n";
}

std::string percent_html(const std::optional<double>& percent, const char* otherwise) {
  if (!percent) return otherwise;
  const std::string sign = *percent > 0.0 ? "+" : "";
  return std::string("<span class=\"") + (*percent < 0.0 ? "better" : "worse") + "\">" + sign +
         fixed(*percent, 1) + " %</span>";
}

/// Last cells of a comparison. Many published curves know PSNR alone.
void add_percents(Row& cells, const BdRow& row) {
  const bool any = std::any_of(row.percents.begin(), row.percents.end(),
                               [](const auto& percent) { return percent.has_value(); });
  for (const auto& percent : row.percents)
    cells.push_back(percent_html(percent, any ? "&ndash;" : "nothing in common"));
}

std::string bd_tables_html(const EvalReport& report) {
  std::vector<Row> against_jpeg;
  std::string html;
  for (const BdRow& row : report.bd_rates) {
    if (row.anchor == "jpeg" && !row.published) {
      against_jpeg.push_back({escape_html(row.codec)});
      add_percents(against_jpeg.back(), row);
    }
  }
  if (!against_jpeg.empty())
    html += table_html("Against JPEG", with_titles({"codec"}, report), against_jpeg);
  for (const CodecCurve& model : report.curves) {
    std::vector<Row> rows;
    for (const BdRow& row : report.bd_rates) {
      if (!model.is_model || row.codec != model.codec) continue;
      rows.push_back({escape_html(row.anchor), row.published ? "published" : "measured"});
      add_percents(rows.back(), row);
    }
    if (!rows.empty())
      html += table_html(escape_html(model.codec), with_titles({"against", ""}, report), rows);
  }
  if (html.empty()) return html;
  return "<h2>BD-rate</h2>\n<p class=\"weak\">Mean difference of rate at equal values of the "
         "metric "
         "above a column, where both curves lie between " +
         fixed(kReportRange.low, 2) + " and " + fixed(kReportRange.high, 1) +
         " bits per pixel; less than zero is smaller.</p>\n<div class=\"tables\">\n" + html +
         "</div>\n";
}

std::string times_html(const EvalReport& report) {
  double pixels = 0.0;
  for (const ImageRow& row : report.rows) pixels += static_cast<double>(row.width) * row.height;
  const double megapixels = pixels / 1e6 / static_cast<double>(report.rows.size());
  std::vector<Row> rows;
  bool programs = false;
  for (const CodecCurve& curve : report.curves) {
    programs = programs || curve.is_program;
    rows.push_back({escape_html(curve.codec) + (curve.is_program ? " *" : ""),
                    fixed(curve.encode_seconds, 3), fixed(curve.decode_seconds, 3),
                    fixed(curve.encode_seconds / megapixels, 3),
                    fixed(curve.decode_seconds / megapixels, 3)});
  }
  const std::string note =
      programs ? "<p class=\"weak\">* a program of its own: the seconds hold its start and the "
                 "picture files in between.</p>\n"
               : "";
  return "<h2>Time</h2>\n" +
         table_html("Seconds a picture and a megapixel, means over pictures and qualities",
                    {"codec", "encode", "decode", "enc/MP", "dec/MP"}, rows) +
         note;
}

std::string points_html(const EvalReport& report) {
  std::vector<Row> rows;
  for (const CodecCurve& curve : report.curves) {
    for (const RdPoint& point : curve.points) {
      Row cells = {escape_html(curve.codec), fixed(point.quality, 0), fixed(point.bpp, 4)};
      for (const Metric* metric : report.metrics) {
        const std::optional<double>& value = point.*metric->value;
        cells.push_back(value ? fixed(*value, metric->decimals) : "&ndash;");
      }
      rows.push_back(std::move(cells));
    }
  }
  return "<details><summary>All points</summary>\n" +
         table_html("Means over the pictures", with_titles({"codec", "quality", "bpp"}, report),
                    rows) +
         "</details>\n";
}

std::string sources_html(const EvalReport& report) {
  std::string items;
  const auto add = [&items](const std::string& name, const std::string& what) {
    items += "<li>" + escape_html(name) + ": " + escape_html(what) + "</li>\n";
  };
  for (const CodecCurve& curve : report.curves) {
    if (!curve.note.empty()) add(curve.codec, curve.note);
  }
  for (const PublishedCurve& curve : report.published)
    add(curve.name + ", published", curve.source);
  return items.empty() ? items
                       : "<details><summary>What the curves are</summary>\n<ul class=\"weak\">\n" +
                             items + "</ul></details>\n";
}

}  // namespace

std::string report_page(const EvalReport& report, const std::string& gallery) {
  const std::string failed =
      report.failed == 0 ? "" : ", " + std::to_string(report.failed) + " could not be read";
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>imgcnn "
      "eval</title>\n<style>" +
      std::string(kPlotStyle) + kPageStyle +
      "</style></head><body>\n<h1>Rate and distortion</h1>\n<p class=\"weak\">imgcnn " +
      escape_html(program_version()) + "; " + std::to_string(report.pictures) +
      (report.pictures == 1 ? " picture" : " pictures") + failed + "; " +
      escape_html(report.processor) + ", " + std::to_string(std::thread::hardware_concurrency()) +
      " cores. Sizes are of whole files; all values are means over the pictures.</p>\n";
  html += plots_html(report) + legend_html(report) + metrics_html(report) + points_html(report) +
          sources_html(report) + bd_tables_html(report) + times_html(report);
  if (!gallery.empty()) html += "<h2>Pictures at about equal size</h2>\n" + gallery;
  return html + "<script>" + kPageScript + "</script>\n</body></html>\n";
}

}  // namespace imgcnn::eval
